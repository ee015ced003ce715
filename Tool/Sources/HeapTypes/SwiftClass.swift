// Swift's metadata of classes, on Linux: what the first word of every instance points at.
//
//   -16  destructor     0  kind: 0          16  flags              24  size of an instance    32  size, and
//    -8  value          8  superclass       20  address point      28  alignment - 1          36  place of the 0, of the metadata
//        witnesses                                                                             40  descriptor
//
// Every number is checked: a block that is no object is not taken for one.

/// The metadata of a class.
struct SwiftClass {
  let address: UInt64
  /// 0: none.
  let superclass: UInt64
  /// Bytes of an instance, without what may follow it.
  let instanceSize: Int
  let nominal: SwiftNominal

  static let mostSuperclasses = 64
  private static let headBytes: UInt32 = 56
  private static let largest: UInt32 = 1 << 20

  /// Nil where there is none, or something about it is not certain.
  init?(_ address: UInt64, _ pages: PageCache, _ map: ModuleMap, _ contexts: SwiftContexts) {
    guard address % 8 == 0, address > 24, pages.word(address) == 0,
      let superclass = pages.word(address &+ 8), superclass % 8 == 0,
      let addressPoint: UInt32 = pages.load(address &+ 20),
      let instanceSize: UInt32 = pages.load(address &+ 24), instanceSize >= 16,
      instanceSize < 1 << 28, addressPoint < instanceSize,
      let alignment: UInt16 = pages.load(address &+ 28), alignment & (alignment &+ 1) == 0,
      let size: UInt32 = pages.load(address &+ 32), size >= Self.headBytes, size < Self.largest,
      let place: UInt32 = pages.load(address &+ 36), place >= 16, place < size,
      let destructor = pages.word(address &- 16), map.isCode(destructor),
      let witnesses = pages.word(address &- 8), map.isModule(witnesses),
      let descriptor = pages.word(address &+ 40),
      let nominal = contexts.nominal(descriptor), nominal.kind == .class
    else { return nil }
    self.address = address
    self.superclass = superclass
    self.instanceSize = Int(instanceSize)
    self.nominal = nominal
  }
}
