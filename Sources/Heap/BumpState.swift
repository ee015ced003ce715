// Where the next block of a bump heap begins, and the few instructions that give it out: the same for every source of pages.
// Programs in C have them, too (`swiftmalloc_bump_malloc`, swiftmalloc.h): the two words of the room, the size word, and the rule
// for its length are known to them.

/// The room for the next blocks of a bump heap. All zero: none.
@usableFromInline
package struct BumpRoom {
  /// Where the next block begins; its size word lies before it.
  @usableFromInline var next: UInt = 0
  /// Of the current chunk.
  @usableFromInline var end: UInt = 0

  package init() {}

  /// Longer blocks lie in no chunk.
  @inlinable static var longestBlock: Int { 1 << 18 }
  @inlinable static var wordSize: UInt { 8 }
}

/// The state of a bump heap.
struct BumpState {
  /// The room, unless that is elsewhere.
  var room = BumpRoom()
  let place: UnsafeMutablePointer<BumpRoom>
  var chunk: UInt = 0
  /// The next chunk's length.
  var chunkByteCount = 1 << 16
  /// Blocks in chunks that were not freed, from when somebody counted them.
  var remainingCount = 0

  init(place: UnsafeMutablePointer<BumpRoom>) { self.place = place }
}

extension UnsafeMutablePointer where Pointee == BumpRoom {
  /// A block of at least `size` bytes behind the last one; nil when there is no room for it.
  @inlinable @inline(__always)
  package func allocate(_ size: UInt) -> UInt? {
    if size > UInt(bitPattern: BumpRoom.longestBlock) { return nil }
    let address = pointee.next
    let length = (size &+ BumpRoom.wordSize &+ 15) & ~15
    return address &+ length > pointee.end ? nil : take(address, length)
  }

  @inlinable @inline(__always)
  func take(_ address: UInt, _ length: UInt) -> UInt {
    let sizeWord = UnsafeMutablePointer<UInt>(bitPattern: address &- BumpRoom.wordSize)
    sizeWord.unsafelyUnwrapped.pointee = length &- BumpRoom.wordSize
    pointee.next = address &+ length
    return address
  }
}
