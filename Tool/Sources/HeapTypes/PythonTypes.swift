// Types of CPython's objects, in processes that have CPython in them. An object's second word is its type; before objects that the
// garbage collector follows there are two words of its own, and before instances with a dictionary two more:
//
//   count, type, …        next, previous, count, type, …        dictionary, weak, next, previous, count, type, …
//
// A type is an object, whose type is `type`, or one made of it. The names of offsets are those of Include/cpython/object.h,
// which are the same from version 3.8 to 3.13.

/// Reads CPython's types.
final class PythonTypes {
  private static let mostMetatypes = 8
  /// Py_TPFLAGS_…
  private static let (inlineValues, managed, ready, collected, text):
    (
      UInt64, UInt64, UInt64, UInt64, UInt64
    ) = (1 << 2, 3 << 3, 1 << 12, 1 << 14, 1 << 28)
  /// Of strings, the smallest that a version has.
  private static let leastTextBytes = 40

  /// A type that was looked at.
  struct Found {
    let name: String
    let basicSize: Int
    let itemSize: Int
    let flags: UInt64
  }

  private let pages: PageCache
  private let map: ModuleMap
  /// The object `type`.
  private let metatype: UInt64
  private var known: [UInt64: Found] = [:]

  /// Nil where there is no CPython.
  init?(_ pages: PageCache, _ map: ModuleMap, _ files: ModuleFiles) {
    let first = map.modules.first { $0.isCode }?.path
    let metatype = files.address(ofVariable: "PyType_Type") {
      $0.path == first || $0.name.contains("python")
    }
    guard let metatype, pages.word(metatype &+ 8) == metatype else { return nil }
    self.pages = pages
    self.map = map
    self.metatype = metatype
  }

  /// The type of a block, by its address; nil where it is not certain.
  func type(_ size: Int, _ words: UnsafeBufferPointer<UInt64>) -> (address: UInt64, type: Found)? {
    for place in [1, 3, 5] where place < words.count {
      guard Self.isCount(words[place - 1]), let found = found(words[place]),
        Self.place(found.flags) == place,
        Self.fits(found, size - (place - 1) * 8)
      else { continue }
      return (words[place], found)
    }
    return nil
  }

  /// Which word of a block is the object's type.
  private static func place(_ flags: UInt64) -> Int {
    if flags & collected == 0 { return 1 }
    return flags & managed == 0 ? 3 : 5
  }

  /// A count has 32 bits; newer versions have flags above it.
  private static func isCount(_ word: UInt64) -> Bool {
    UInt32(truncatingIfNeeded: word) != 0 && word >> 32 & 0xffff == 0 && word >> 48 < 256
  }

  /// Objects with items, with text or with values behind them can have any size.
  private static func fits(_ found: Found, _ size: Int) -> Bool {
    if found.flags & text != 0 { return size >= leastTextBytes }
    guard size >= found.basicSize else { return false }
    let isOpen = found.itemSize != 0 || found.flags & inlineValues != 0
    return isOpen || size <= found.basicSize + found.basicSize / 4 + 64
  }

  private func found(_ address: UInt64) -> Found? {
    if let found = known[address] { return found }
    guard address % 8 == 0, address >= 1 << 12, map.isReadable(address), isType(address),
      let flags = pages.word(address &+ 168), flags & Self.ready != 0,
      let destructor = pages.word(address &+ 48), map.isCode(destructor),
      let basicSize = pages.word(address &+ 32), (16...1 << 20).contains(basicSize),
      let itemSize = pages.word(address &+ 40), itemSize <= 1 << 20,
      let name = pages.word(address &+ 24).flatMap({ pages.name($0) })
    else { return nil }
    let found = Found(
      name: name, basicSize: Int(basicSize), itemSize: Int(itemSize), flags: flags)
    known[address] = found
    return found
  }

  private func isType(_ address: UInt64) -> Bool {
    var next = address
    for _ in 0..<Self.mostMetatypes {
      guard next % 8 == 0, let above = pages.word(next &+ 8) else { return false }
      if above == metatype { return true }
      if above == next { return false }
      next = above
    }
    return false
  }
}
