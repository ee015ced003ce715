// Weak references of Swift: a variable leads to the object's side table, and that leads back (RefCount.h of Swift's runtime):
//
//   weak variable ──> | object | … counts … |  side table, 32 bytes
//                        │  ^
//                        v  │ its address >> 3, below two bits that are set
//                     | type | counts |      object
//
// A weak reference does not keep its object, so the way from the table to the object is not followed, and a table is lost with
// its object. The table of an object that is gone belongs to the variables.

import Platform

package enum SideTable {
  package static let byteCount = 32

  /// The side table whose address an object's counts hold in this form; 0 for other words.
  @inline(__always)
  package static func address(ofCounts word: UInt) -> UInt { word &>> 62 == 3 ? word &<< 3 : 0 }

  /// The number of the object whose side table a block of `byteCount` bytes is: the live block that its first word points to,
  /// and that leads back by its second word. −1 for other blocks.
  package static func object<Policy>(of block: CheckedBlock, _ blocks: BlockTable<Policy>) -> Int {
    // Its counts are no pointer.
    if isInHeap(Roots.word(block.start + 16), blocks) { return -1 }
    let object = Roots.word(block.start)
    if !isInHeap(object, blocks) { return -1 }
    let number = blocks.number(object)
    if number < 0 || blocks.state(number) == BlockState.none { return -1 }
    let owner = blocks.block(number)
    let address = BlockTable<Policy>.address(object)
    if address < owner.start || address + 16 > owner.start + UInt(owner.byteCount) { return -1 }
    return Self.address(ofCounts: Roots.word(address + 8)) == block.start ? number : -1
  }

  private static func isInHeap<Policy>(_ word: UInt, _ blocks: BlockTable<Policy>) -> Bool {
    BlockTable<Policy>.address(word) &- blocks.lowest < blocks.span
  }
}
