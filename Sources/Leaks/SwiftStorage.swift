// Which words of the standard library's storage hold something: what was removed from an array, a dictionary or a set stays where it
// was until something else comes there (the tool's LiveWords has more of it).
//
//   array   | object | counts | count | capacity × 2 | element …
//   table   | object | counts | count | capacity | scale | seed | keys at | values at | a bit for each place … | keys … | values …
//
// A set has elements in place of keys, and no values. There are 1 << scale places.

struct SwiftStorage {
  private static let arrayHead: UInt = 32
  private static let keysWord: UInt = 48
  private static let greatestScale: UInt = 40

  let memory: TypeMemory

  /// Whether the word at an offset of a block with the metadata of a class holds something. Not where that is not certain.
  @inline(never)
  func holds(_ block: CheckedBlock, _ metadata: UInt, at offset: UInt) -> Bool {
    guard let found = SwiftClass(alone: metadata, memory) else { return false }
    let isTable = found.context.isStandard("_DictionaryStorage")
    if !isTable, !found.context.isStandard("_SetStorage") {
      return !found.context.isStandard("_ContiguousArrayStorage")
        || isElement(block, found, at: offset)
    }
    let size = UInt(bitPattern: block.byteCount)
    let bits = Self.keysWord &+ (isTable ? 16 : 8)
    guard size >= bits, let key = stride(0, found) else { return false }
    guard let scale = memory.word(block.start &+ 32).map({ $0 & 0xff }),
      let keys = memory.word(block.start &+ Self.keysWord),
      let values = isTable ? memory.word(block.start &+ Self.keysWord &+ 8) : UInt.max
    else { return false }
    let address = block.start &+ offset
    var (place, step) = (address &- keys, key)
    if address >= values {
      guard let value = stride(1, found) else { return false }
      (place, step) = (address &- values, value)
    }
    if scale >= Self.greatestScale || step == 0 { return false }
    place /= step
    guard place < 1 << scale, bits &+ (place / 64) &* 8 &+ 8 <= size,
      let word = memory.word(block.start &+ bits &+ place / 64 &* 8)
    else { return false }
    return word >> (place % 64) & 1 != 0
  }

  private func isElement(_ block: CheckedBlock, _ found: SwiftClass, at offset: UInt) -> Bool {
    guard block.byteCount >= 32, let stride = stride(0, found), stride > 0,
      let count = memory.word(block.start &+ 16)
    else { return false }
    return (offset &- Self.arrayHead) / stride < count
  }

  /// Bytes from one value of a generic argument to the next.
  private func stride(_ argument: UInt, _ found: SwiftClass) -> UInt? {
    found.context.arguments(of: found.address).flatMap { memory.word($0 &+ argument &* 8) }
      .flatMap { memory.word($0 &- 8) }.flatMap { memory.word($0 &+ 72) }
  }
}
