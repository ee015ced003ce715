// The answer to a request for a block.

/// A block and what is known of its contents.
package struct NewBlock {
  /// 0 when there is no memory.
  package let address: UInt
  /// Whether all its bytes are zero.
  package let isZero: Bool

  package static let none = NewBlock(address: 0, isZero: false)

  package init(address: UInt, isZero: Bool) {
    self.address = address
    self.isZero = isZero
  }
}
