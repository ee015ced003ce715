// The fast paths of a process that counts. No thread is ready there, so malloc and free of every other process do not
// know of them: they find that the thread is not ready and come here. As there, no lock, no atomic operation, no call;
// but each block's slack is kept, and the thread's row is written.

import CShims
import Live
import Memory
import Platform
import Synchronization

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// The calling thread's cache and row, if it has both and is between no marks.
  @inline(__always)
  private static var counting: (cache: Self, row: LiveCounts.Row)? {
    guard swiftmalloc_ready_cache() == UInt(SWIFTMALLOC_NO_CACHE), let cache = ofThisThread,
      let row = swiftmalloc_own_row()
    else { return nil }
    return (cache, row)
  }

  /// Takes a block for `byteCount` ≤ `largestDirect` bytes from the word that is in use; nil when that has none left, or
  /// the thread does not count.
  @inline(__always)
  package static func takeDirectCounted(_ byteCount: UInt) -> UInt? {
    guard let (cache, row) = counting else { return nil }
    return takeCounted(
      byteCount, cache.directStates + Int(bitPattern: (byteCount &+ 15) &>> 4), row)
  }

  /// As above, of the shortest blocks of `rounded` bytes or more.
  @inline(__always)
  package static func takeCounted(_ byteCount: UInt, rounded: UInt) -> UInt? {
    guard rounded <= UInt(SizeClasses.largestBlock), let (cache, row) = counting else {
      return nil
    }
    let sizeClass = cache.pointee.classes.index(Int(bitPattern: rounded))
    return takeCounted(byteCount, cache.currentStates + sizeClass, row)
  }

  @inline(__always)
  private static func takeCounted(
    _ byteCount: UInt, _ place: UnsafeMutablePointer<UnsafeMutablePointer<SpanState>>,
    _ row: LiveCounts.Row
  ) -> UInt? {
    swiftmalloc_enter_fast_path()
    let state = place.pointee
    let word = state.pointee.currentWord
    let bits = word.pointee
    if bits == 0 {
      swiftmalloc_leave_fast_path(UInt(SWIFTMALLOC_NO_CACHE))
      return nil
    }
    word.pointee = bits & (bits &- 1)
    let bit = bits.trailingZeroBitCount
    let blockSize = state.pointee.blockSize
    let address = state.pointee.wordBase &+ UInt(bitPattern: bit) &* blockSize
    state.setSlack(Int(state.pointee.wordIndex) &<< 6 &+ bit, blockSize &- byteCount)
    LiveCounts.add(byteCount, state.sizeClass, to: row)
    swiftmalloc_leave_fast_path(UInt(SWIFTMALLOC_NO_CACHE))
    return address
  }

  /// Frees a live block of one of the calling thread's spans; false, and nothing done, for every other pointer and where
  /// the slow path is due.
  @inline(__always)
  package static func giveBackCounted(_ address: UInt) -> Bool {
    guard let (cache, row) = counting, let record = PageMap.windowRecord(address) else {
      return false
    }
    swiftmalloc_enter_fast_path()
    let isDone = setBitCounted(record, address, cache.owner, row)
    swiftmalloc_leave_fast_path(UInt(SWIFTMALLOC_NO_CACHE))
    return isDone
  }

  @inline(__always)
  private static func setBitCounted(
    _ record: UnsafeMutablePointer<SpanRecord>, _ address: UInt, _ owner: UInt,
    _ row: LiveCounts.Row
  ) -> Bool {
    guard record.pointee.owner.load(ordering: .relaxed) == owner,
      let index = record.index(address)
    else { return false }
    let state = record.pointee.state.unsafelyUnwrapped
    let countdown = state.pointee.countdown &- 1
    if countdown == 0 || swiftmalloc_set_bit(state.localWords + index &>> 6, UInt64(index)) != 0 {
      return false
    }
    state.pointee.countdown = countdown
    let blockSize = UInt(record.pointee.blockSize)
    LiveCounts.subtract(
      blockSize &- state.slack(index, blockSize: blockSize), state.sizeClass, from: row)
    return true
  }

  /// As `setAside`, in a process that counts.
  @inline(__always)
  package static func setAsideCounted(_ address: UInt) -> Bool {
    guard let (cache, row) = counting, let record = PageMap.windowRecord(address),
      let index = record.index(address),
      let state = record.pointee.state
    else { return false }
    let blockSize = UInt(record.pointee.blockSize)
    let sizeClass = Int(record.pointee.sizeClass)
    // Read while the block is live: once it waits, another thread may free the span.
    let slack = state.slack(index, blockSize: blockSize)
    guard setAside(address, record, cache, whenDone: UInt(SWIFTMALLOC_NO_CACHE)) else {
      return false
    }
    swiftmalloc_enter_fast_path()
    LiveCounts.subtract(blockSize &- slack, sizeClass, from: row)
    swiftmalloc_leave_fast_path(UInt(SWIFTMALLOC_NO_CACHE))
    return true
  }
}
