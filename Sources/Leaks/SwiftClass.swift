// Swift's metadata of classes, on Linux: what the first word of every instance points at.
//
//   -16  destructor     0  kind: 0          16  flags              24  size of an instance    32  size, and
//    -8  value          8  superclass       20  address point      28  alignment - 1          36  place of the 0, of the metadata
//        witnesses                                                                             40  descriptor
//
// Every number is checked: a block that is no object is not taken for one.

/// The metadata of a class.
struct SwiftClass {
  static let mostSuperclasses = 64

  let address: UInt
  /// 0: none.
  let superclass: UInt
  /// Bytes of an instance, without what may follow it.
  let instanceSize: UInt32
  let context: SwiftContext

  /// Nil where there is none, or something about it or a superclass is not certain.
  @inline(never)
  init?(_ address: UInt, _ memory: TypeMemory) {
    guard let found = SwiftClass(alone: address, memory) else { return nil }
    var next = found.superclass
    var size = found.instanceSize
    for _ in 0..<Self.mostSuperclasses {
      if next == 0 {
        self = found
        return
      }
      guard let above = SwiftClass(alone: next, memory), above.instanceSize <= size else {
        return nil
      }
      next = above.superclass
      size = above.instanceSize
    }
    return nil
  }

  /// Without a look at its superclasses.
  @inline(never)
  init?(alone address: UInt, _ memory: TypeMemory) {
    guard address & 7 == 0, address > 4096, memory.word(address) == 0,
      let superclass = memory.word(address &+ 8), superclass & 7 == 0,
      let addressPoint = memory.half(address &+ 20), let instanceSize = memory.half(address &+ 24),
      instanceSize >= 16, instanceSize < 1 << 28, addressPoint < instanceSize,
      let alignment = memory.half(address &+ 28).map({ $0 & 0xffff }),
      alignment & (alignment &+ 1) == 0,
      let size = memory.half(address &+ 32), size >= 56, size < 1 << 20,
      let place = memory.half(address &+ 36), place >= 16, place < size,
      let destructor = memory.word(address &- 16), memory.isCode(destructor),
      let witnesses = memory.word(address &- 8), memory.isModule(witnesses),
      let descriptor = memory.word(address &+ 40),
      let context = SwiftContext(descriptor, memory), context.kind == .class, context.isWhole
    else { return nil }
    self.address = address
    self.superclass = superclass
    self.instanceSize = instanceSize
    self.context = context
  }

  /// What a destructor and value witnesses before it tell of every kind of metadata that blocks have.
  static func isHeapMetadata(_ address: UInt, _ memory: TypeMemory) -> Bool {
    guard let destructor = memory.word(address &- 16), memory.isCode(destructor),
      let witnesses = memory.word(address &- 8)
    else { return false }
    return witnesses == 0 || memory.isModule(witnesses)
  }
}
