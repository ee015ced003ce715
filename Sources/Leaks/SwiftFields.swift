// What stands where in Swift's objects, by the metadata for reflection: names and types of fields from the field descriptor,
// their places from the class' metadata.
//
//   field descriptor    0 type  4 superclass  8 kind, size of a record  12 count  16 records: flags, type, name

/// A field of a class.
struct SwiftField {
  /// Where the name stands.
  let name: UInt
  /// Where the mangled type stands; nil where none is written down.
  let type: UInt?
  /// Bytes from the object's beginning.
  let offset: UInt
  /// The metadata of the class that has it, which may be a superclass.
  let owner: UInt
}

struct SwiftFields {
  private static let mostFields: UInt32 = 1024

  let memory: TypeMemory

  /// The field that holds the byte at an offset; nil in programs without metadata for reflection.
  @inline(never)
  func field(of metadata: UInt, at offset: UInt) -> SwiftField? {
    guard let size = memory.half(metadata &+ 24), offset < UInt(size) else { return nil }
    var best: SwiftField?
    var next = metadata
    for _ in 0..<SwiftClass.mostSuperclasses {
      guard next != 0, let found = SwiftClass(alone: next, memory) else { break }
      forEachOwn(found) { field in
        if field.offset <= offset, field.offset >= best?.offset ?? 16 { best = field }
      }
      next = found.superclass
    }
    return best.flatMap { memory.isName($0.name) ? $0 : nil }
  }

  @inline(never)
  private func forEachOwn(_ found: SwiftClass, _ body: (SwiftField) -> Void) {
    guard let place = memory.half(found.context.address &+ 40) else { return }
    var base = found.address
    if found.context.hasResilientSuperclass {
      guard let own = found.context.arguments(of: base) else { return }
      base = own
    } else if place == 0 {
      return
    }
    let offsets = base &+ UInt(place) &* 8
    forEachRecord(found.context) { index, name, type in
      guard let name, let offset = memory.word(offsets &+ index &* 8) else { return }
      body(SwiftField(name: name, type: type, offset: offset, owner: found.address))
    }
  }

  /// Calls `body` with the number of each field of a type, where its name stands and where its mangled type. False: nothing is
  /// written down of them.
  @inline(never) @discardableResult
  func forEachRecord(_ context: SwiftContext, _ body: (UInt, UInt?, UInt?) -> Void) -> Bool {
    guard let descriptor = memory.target(context.address &+ 16), memory.isModule(descriptor),
      let size = memory.half(descriptor &+ 8).map({ $0 >> 16 }), size >= 12,
      let count = memory.half(descriptor &+ 12), count <= Self.mostFields
    else { return false }
    for index in 0..<UInt(count) {
      let record = descriptor &+ 16 &+ index &* UInt(size)
      body(index, memory.target(record &+ 8), memory.target(record &+ 4))
    }
    return true
  }
}
