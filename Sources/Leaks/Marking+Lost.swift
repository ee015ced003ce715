// What is done with the blocks that nothing reached.

import CShims
import DebugHeap
import Platform

extension Marking {
  /// When all that can be reached was found.
  package mutating func markLost() {
    phase = .lost
    let blocks = blocks
    var hasLost = false
    blocks.forEach { number in
      if blocks.state(number) != BlockState.unreached { return }
      hasLost = true
      blocks.setState(number, BlockState.definite)
      leader = number
      read(number)
      finish()
    }
    if hasLost { loseSideTables() }
  }

  /// A variable that refers to a lost object weakly leads to the object's side table: that is lost all the same.
  private func loseSideTables() {
    blocks.forEach { number in
      if Self.isLost(blocks.state(number)) { return }
      let object = sideTableObject(blocks.block(number))
      if object >= 0, Self.isLost(blocks.state(object)) {
        blocks.setState(number, BlockState.indirect)
      }
    }
  }

  /// The number of the object whose side table a block is; −1 for other blocks.
  @inline(__always)
  func sideTableObject(_ block: CheckedBlock) -> Int {
    if block.byteCount != SideTable.byteCount { return -1 }
    if isCareful, swiftmalloc_is_readable(block.start) == 0 { return -1 }
    return SideTable.object(of: block, blocks)
  }

  private static func isLost(_ state: UInt8) -> Bool {
    state == BlockState.definite || state == BlockState.indirect
  }

  /// When all lost blocks are known: leaves out of the report those that `isMatched` says of, and what they
  /// lead to.
  package mutating func suppress(_ isMatched: (CheckedBlock) -> Bool) {
    phase = .suppress
    let blocks = blocks
    blocks.forEach { number in
      if !Self.isLost(blocks.state(number)) || blocks.isSuppressed(number)
        || !isMatched(blocks.block(number))
      {
        return
      }
      blocks.suppress(number)
      read(number)
      finish()
    }
  }
}
