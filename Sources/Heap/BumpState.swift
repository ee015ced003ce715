// Where the next block of a bump heap begins, and the few instructions that give it out: the same for every source of pages.

/// The state of a bump heap.
@usableFromInline
package struct BumpState {
  /// Where the next block begins; its size word lies before it.
  @usableFromInline var next: UInt = 0
  /// Of the current chunk.
  @usableFromInline var end: UInt = 0
  var chunk: UInt = 0
  /// The next chunk's length.
  var chunkByteCount = 1 << 16
  /// Blocks in chunks that were not freed, from when somebody counted them.
  var remainingCount = 0

  /// Longer blocks lie in no chunk.
  @inlinable static var longestBlock: Int { 1 << 18 }
  @inlinable static var wordSize: UInt { 8 }
}

extension UnsafeMutablePointer where Pointee == BumpState {
  /// A block of at least `size` bytes behind the last one; nil when there is no room for it.
  @inlinable @inline(__always)
  package func allocate(_ size: UInt) -> UInt? {
    if size > UInt(bitPattern: BumpState.longestBlock) { return nil }
    let address = pointee.next
    let length = (size &+ BumpState.wordSize &+ 15) & ~15
    return address &+ length > pointee.end ? nil : take(address, length)
  }

  @inlinable @inline(__always)
  func take(_ address: UInt, _ length: UInt) -> UInt {
    let sizeWord = UnsafeMutablePointer<UInt>(bitPattern: address &- BumpState.wordSize)
    sizeWord.unsafelyUnwrapped.pointee = length &- BumpState.wordSize
    pointee.next = address &+ length
    return address
  }
}
