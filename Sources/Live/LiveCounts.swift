// What the program asked for, counted call by call: in a process with SWIFTMALLOC_STATS or SWIFTMALLOC_LIVE, and in no
// other. CShims/include/live.h has the layout of the counters.
//
// A thread writes its own row with plain additions, between the marks of a fast path: a signal handler that comes between
// them, like a thread that has no row (any more), adds to row 0 by atomic operations. So every call is counted once.
//
//   a thread's classes[c]:  allocation_count  free_count  requested_bytes  returned_bytes  peak_bytes

import CShims
import Platform

package enum LiveCounts {
  package typealias Row = UnsafeMutablePointer<swiftmalloc_live_thread>

  /// Whether calls are counted in this process. Never changes after the first call.
  @inline(__always)
  package static var isOn: Bool { swiftmalloc_live_is_on() != 0 }

  /// The row of threads that have none of their own.
  static var sharedRow: Row { swiftmalloc_live_row(0).unsafelyUnwrapped }

  // MARK: Small blocks, on the counted fast path

  /// Counts a new block in the calling thread's own row, between the marks of a fast path.
  @inline(__always)
  package static func add(_ byteCount: UInt, _ sizeClass: Int, to row: Row) {
    let counts = swiftmalloc_live_row_classes(row).unsafelyUnwrapped + sizeClass
    counts.pointee.allocation_count &+= 1
    counts.pointee.requested_bytes &+= UInt64(byteCount)
    notePeak(counts)
  }

  /// Counts a freed block, in the same manner.
  @inline(__always)
  package static func subtract(_ byteCount: UInt, _ sizeClass: Int, from row: Row) {
    let counts = swiftmalloc_live_row_classes(row).unsafelyUnwrapped + sizeClass
    counts.pointee.free_count &+= 1
    counts.pointee.returned_bytes &+= UInt64(byteCount)
  }

  @inline(__always)
  private static func notePeak(_ counts: UnsafeMutablePointer<swiftmalloc_live_class>) {
    let net = Int64(
      bitPattern: counts.pointee.requested_bytes &- counts.pointee.returned_bytes)
    if net > counts.pointee.peak_bytes { counts.pointee.peak_bytes = net }
  }

  // MARK: From slow paths

  /// Counts a new block of `byteCount` bytes; the how manieth of its class by this thread it is.
  @discardableResult
  package static func allocated(_ byteCount: Int, _ sizeClass: Int) -> UInt64 {
    change(sizeClass, allocations: 1, frees: 0, requested: byteCount, returned: 0)
    let row = swiftmalloc_own_row() ?? sharedRow
    return swiftmalloc_live_row_classes(row)[sizeClass].allocation_count
  }

  /// Counts a freed block.
  package static func freed(_ byteCount: Int, _ sizeClass: Int) {
    change(sizeClass, allocations: 0, frees: 1, requested: 0, returned: byteCount)
  }

  /// Counts what a block became longer or shorter by where it stands.
  package static func resized(from oldCount: Int, to newCount: Int, _ sizeClass: Int) {
    change(
      sizeClass, allocations: 0, frees: 0, requested: max(newCount - oldCount, 0),
      returned: max(oldCount - newCount, 0))
  }

  private static func change(
    _ sizeClass: Int, allocations: UInt64, frees: UInt64, requested: Int, returned: Int
  ) {
    let ready = swiftmalloc_ready_cache()
    guard ready == UInt(SWIFTMALLOC_NO_CACHE), let row = LiveThreads.rowOfThisThread() else {
      changeShared(sizeClass, allocations, frees, UInt64(requested), UInt64(returned))
      return
    }
    swiftmalloc_enter_fast_path()
    let counts = swiftmalloc_live_row_classes(row).unsafelyUnwrapped + sizeClass
    counts.pointee.allocation_count &+= allocations
    counts.pointee.free_count &+= frees
    counts.pointee.requested_bytes &+= UInt64(requested)
    counts.pointee.returned_bytes &+= UInt64(returned)
    notePeak(counts)
    swiftmalloc_leave_fast_path(ready)
  }

  // Several threads may be here at once; a peak of all of them is not known.
  private static func changeShared(
    _ sizeClass: Int, _ allocations: UInt64, _ frees: UInt64, _ requested: UInt64,
    _ returned: UInt64
  ) {
    let row = sharedRow
    let counts = swiftmalloc_live_row_classes(row).unsafelyUnwrapped + sizeClass
    _ = swiftmalloc_add(&counts.pointee.allocation_count, allocations)
    _ = swiftmalloc_add(&counts.pointee.free_count, frees)
    _ = swiftmalloc_add(&counts.pointee.requested_bytes, requested)
    _ = swiftmalloc_add(&counts.pointee.returned_bytes, returned)
  }
}
