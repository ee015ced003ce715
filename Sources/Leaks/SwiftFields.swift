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
}

struct SwiftFields {
  private static let mostFields: UInt32 = 1024
  private static let deepest = 4
  private static let mostParts = 200

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
      body(SwiftField(name: name, type: type, offset: offset))
    }
  }

  /// Calls `body` with the number of each field of a type, where its name stands and where its mangled type.
  @inline(never)
  private func forEachRecord(_ context: SwiftContext, _ body: (UInt, UInt?, UInt?) -> Void) {
    guard let descriptor = memory.target(context.address &+ 16), memory.isModule(descriptor),
      let size = memory.half(descriptor &+ 8).map({ $0 >> 16 }), size >= 12,
      let count = memory.half(descriptor &+ 12), count <= Self.mostFields
    else { return }
    for index in 0..<UInt(count) {
      let record = descriptor &+ 16 &+ index &* UInt(size)
      body(index, memory.target(record &+ 8), memory.target(record &+ 4))
    }
  }

  // MARK: Owners

  /// Whether a value of a type owns what it refers to, as far as the type tells. Values that refer without owning: `weak`,
  /// `unowned`, unsafe pointers, and structs with such in them.
  func isOwner(_ type: MangledType) -> Bool {
    var partsLeft = Self.mostParts
    return isOwner(type, depth: 0, &partsLeft)
  }

  @inline(never)
  private func isOwner(_ type: MangledType, depth: Int, _ partsLeft: inout Int) -> Bool {
    if type.isReferenceWithoutOwner || type.isPointer { return false }
    guard let descriptor = type.first else { return true }
    return isOwner(valueOf: descriptor, depth: depth, &partsLeft)
  }

  /// What has too many parts to be looked at is not certain to own.
  @inline(never)
  private func isOwner(valueOf descriptor: UInt, depth: Int, _ partsLeft: inout Int) -> Bool {
    guard let context = SwiftContext(descriptor, memory),
      context.kind == .struct || context.kind == .enum
    else { return true }
    if depth == Self.deepest { return true }
    var isOwner = true
    var left = partsLeft
    forEachRecord(context) { _, _, part in
      left -= 1
      guard isOwner, let part else { return }
      guard left > 0, let inner = MangledType(part, memory) else { return isOwner = false }
      isOwner = self.isOwner(inner, depth: depth + 1, &left)
    }
    partsLeft = left
    return isOwner
  }

  /// Whether the word at an offset of an object owns what it refers to.
  @inline(never)
  func isOwner(in metadata: UInt, at offset: UInt) -> Bool {
    if let type = field(of: metadata, at: offset)?.type, let mangled = MangledType(type, memory) {
      return isOwner(mangled)
    }
    // An element, of the type that the class has as its argument.
    guard let found = SwiftClass(alone: metadata, memory),
      offset >= UInt(found.instanceSize), found.context.parameterCount == 1,
      let argument = found.context.arguments(of: metadata).flatMap({ memory.word($0) }),
      let kind = memory.word(argument), kind == 0x200 || kind == 0x201,
      let descriptor = memory.word(argument &+ 8)
    else { return true }
    var partsLeft = Self.mostParts
    return isOwner(valueOf: descriptor, depth: 0, &partsLeft)
  }
}
