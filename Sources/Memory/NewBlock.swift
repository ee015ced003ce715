// The answer to a request for a block.

/// What an allocation gave: an address, 0 when there is no memory, and how much of it calloc has to clear.
package struct NewBlock {
  package let address: UInt
  /// So many bytes at the block's beginning may not be zero; all of them if it is more than the block has.
  package let dirtyByteCount: Int

  package var isZero: Bool { dirtyByteCount == 0 }

  /// No block.
  package static let none = NewBlock(address: 0, isZero: false)

  package init(address: UInt, isZero: Bool) {
    self.init(address: address, dirtyByteCount: isZero ? 0 : .max)
  }

  package init(address: UInt, dirtyByteCount: Int) {
    self.address = address
    self.dirtyByteCount = dirtyByteCount
  }
}
