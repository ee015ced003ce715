// Blocks of other threads' spans that this thread freed. They wait here, so that one atomic operation or one
// lock serves several of a span, and are never given out again by this thread: neighbours of another thread's
// blocks would share its cache lines.

import CShims
import Memory
import Synchronization

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// Bytes of blocks that may wait.
  private static var foreignByteLimit: Int { 1 << 16 }

  /// Whether one more block may wait and all still need not be freed.
  @inline(__always)
  private func hasRoom(_ byteCount: Int) -> Bool {
    pointee.foreignCount &+ 1 < pointee.foreign.count
      && pointee.foreignBytes &+ byteCount < Self.foreignByteLimit
  }

  /// Lets a block of another thread's or of a central span wait in the calling thread's cache. False when the
  /// cache is not ready or has no room, when the block seems to wait already, and when it is no such block. Takes
  /// no lock.
  @inline(__always)
  package static func setAside(_ address: UInt) -> Bool {
    let ready = swiftmalloc_ready_cache()
    guard ready & 1 == 0, let record = PageMap.windowRecord(address) else { return false }
    let owner = record.pointee.owner.load(ordering: .relaxed)
    guard owner >= SpanOwner.central, owner != ready, let index = record.index(address),
      !WaitingMark.isSet(address), !isFreeElsewhere(record, index, owner)
    else { return false }
    let cache = Self(bitPattern: ready).unsafelyUnwrapped
    let byteCount = Int(record.pointee.blockSize)
    swiftmalloc_enter_fast_path()
    let hasRoom = cache.hasRoom(byteCount)
    if hasRoom { _ = cache.addForeign(address, byteCount: byteCount) }
    swiftmalloc_leave_fast_path(ready)
    return hasRoom
  }

  /// Whether the block of a central or another thread's span is free by a bit that this thread may look at without a
  /// lock: it is stable while the block is live. The owner's own bits change all the time, and are left to it.
  @inline(__always)
  static func isFreeElsewhere(
    _ record: UnsafeMutablePointer<SpanRecord>, _ index: Int, _ owner: UInt
  ) -> Bool {
    guard let state = record.pointee.state else { return true }
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: index & 63)
    if state.remoteWords[index &>> 6].load(ordering: .relaxed) & bit != 0 { return true }
    return owner == SpanOwner.central && state.localWords[index &>> 6] & bit != 0
  }

  /// Adds a block; false when all are to be freed now.
  @inline(__always)
  func addForeign(_ block: UInt, byteCount: Int) -> Bool {
    let hasRoom = hasRoom(byteCount)
    WaitingMark.set(block)
    pointee.foreign[pointee.foreignCount] = block
    pointee.foreignCount &+= 1
    pointee.foreignBytes &+= byteCount
    return hasRoom
  }

  /// Whether the block waits here. A thread may ask it of another's cache: a block that is live for the asking thread
  /// was taken from there, if it ever was there, before it was given out again.
  func isWaiting(_ block: UInt) -> Bool {
    for index in 0..<Swift.min(pointee.foreignCount, pointee.foreign.count)
    where pointee.foreign[index] == block { return true }
    return false
  }

  /// Whether a block of the slice at `address` waits here.
  func hasWaiting(ofSliceAt address: UInt) -> Bool {
    for index in 0..<pointee.foreignCount
    where (pointee.foreign[index] ^ address) >> PageMap.sliceShift == 0 { return true }
    return false
  }

  /// Forgets all that waits.
  func clearForeign() {
    pointee.foreignCount = 0
    pointee.foreignBytes = 0
  }
}
