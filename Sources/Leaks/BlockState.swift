// What a check knows of each block.

import DebugHeap

/// What a check has found out of a block.
package enum BlockState {
  package static let none: UInt8 = 0
  package static let unreached: UInt8 = 1
  /// A chain of pointers to beginnings of blocks leads to it from a root.
  package static let reachable: UInt8 = 2
  /// Every chain that leads to it has a pointer into the middle of a block.
  package static let possible: UInt8 = 3
  /// Nothing leads to it, or only a chain from itself.
  package static let definite: UInt8 = 4
  /// Only lost blocks lead to it.
  package static let indirect: UInt8 = 5

  /// Beside one of these: the block does not begin where its slot does.
  static let isApart: UInt8 = 0x80
  /// Beside `definite` or `indirect`: a suppression matches the block's trace, or only such blocks lead to it.
  static let isSuppressed: UInt8 = 0x40
  /// Beside `definite` or `indirect`: what the block leads to leads back to it.
  static let isInCircle: UInt8 = 0x20
  /// Beside these, too: it is part of a cycle that the report has.
  static let isTold: UInt8 = 0x10
  static let marks = isApart | isSuppressed | isInCircle | isTold
}

/// A live block.
package struct CheckedBlock {
  package let start: UInt
  package let byteCount: Int
  package let trace: UInt32
  package let thread: Int
  package let kind: BlockKind
}

package struct CheckedLargeBlock: AddressOrdered {
  package let start: UInt
  package let byteCount: Int
  package let trace: UInt32
  package let thread: Int
  package let kind: BlockKind
}
