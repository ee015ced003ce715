// Names of threads and of heaps, each once: a profile tells blocks apart by the name of the thread
// that asked for them, and a process may have a hundred thousand threads in its life, but few
// names.

import CShims
import Platform

/// A name of at most 47 bytes, with zeros behind it.
struct Name {
  private var words = InlineArray<6, UInt64>(repeating: 0)

  /// The name that `write` puts into 48 bytes of zeros.
  init(_ write: (UnsafeMutablePointer<CChar>) -> Void) {
    withUnsafeMutableBytes(of: &words) {
      write($0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
  }

  /// The name that the calling thread has now.
  static var ofThisThread: Name { Name { swiftmalloc_thread_name($0) } }

  fileprivate var hash: UInt32 {
    var mixed: UInt64 = 0
    for index in 0..<words.count {
      mixed = (mixed ^ words[index] &* 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
    }
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }

  static func == (left: Name, right: Name) -> Bool {
    for index in 0..<left.words.count where left.words[index] != right.words[index] { return false }
    return true
  }

  fileprivate func withBytes(_ body: (UnsafePointer<UInt8>, Int) -> Void) {
    var words = words
    withUnsafeBytes(of: &words) {
      let start = $0.baseAddress!.assumingMemoryBound(to: UInt8.self)
      var count = 0
      while count < $0.count - 1, start[count] != 0 { count += 1 }
      body(start, count)
    }
  }
}

struct KnownName: ChainedElement {
  var next: UInt32 = 0
  let hash: UInt32
  let name: Name
}

struct Names: ~Copyable {
  private var table = ChainedTable<KnownName>()

  /// Further names are `other`.
  private static var limit: Int { 4096 }
  /// The number of no name, and of one that there was no room for.
  static var none: UInt32 { 0 }

  mutating func start() -> Bool { table.start() }

  var usedBytes: Int { table.usedBytes }
  var numberLimit: UInt32 { table.numberLimit }

  func forEachMapping(_ body: (UInt, Int) -> Void) { table.forEachMapping(body) }

  /// The number of a name.
  mutating func number(_ name: Name) -> UInt32 {
    let hash = name.hash
    let known = table.find(hash) { $0.name == name }
    if known != 0 { return known }
    if table.count > Self.limit { return Self.other }
    // The very first one, so that there is room for it.
    if table.count == 0, add(Name { $0.copy("other") }) == 0 { return Self.none }
    return add(name)
  }

  private static var other: UInt32 { 1 }

  private mutating func add(_ name: Name) -> UInt32 {
    table.add(KnownName(hash: name.hash, name: name))
  }

  /// Calls `body` with the bytes of a name and their number.
  func withName(_ number: UInt32, _ body: (UnsafePointer<UInt8>, Int) -> Void) {
    let name = number == Self.none ? Name { $0.copy("other") } : table[number].pointee.name
    name.withBytes(body)
  }
}

extension UnsafeMutablePointer<CChar> {
  fileprivate func copy(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount {
      self[index] = CChar(bitPattern: text.utf8Start[index])
    }
  }
}
