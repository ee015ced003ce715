// Counts begin again in the middle of a run (swiftmalloc_live_reset). Threads write their rows without a lock, so nobody else
// can set them to zero: what each row had counted is noted beside it, and whoever reads takes it away.
//
//   counted since the reset = the row − what was noted of it          live = the row's allocations − its frees, as always

import CShims
import Platform

package enum LiveReset {
  private static var header: UnsafeMutablePointer<swiftmalloc_live_header> {
    swiftmalloc_live_header_now().unsafelyUnwrapped
  }

  /// Nanoseconds from the beginning to the reset; nil without one.
  package static var age: UInt64? {
    if header.pointee.reset_count == 0 { return nil }
    return header.pointee.reset_boot_ns &- header.pointee.started_boot_ns
  }

  /// What a row had counted of a class before the reset. Under the lock of the rows, as the next two, or for a reader that may
  /// see half of a change.
  static func before(_ row: Int, _ sizeClass: Int) -> swiftmalloc_live_before {
    if !isNoted(row) { return swiftmalloc_live_before() }
    return swiftmalloc_live_before_row(row)[sizeClass]
  }

  private static func isNoted(_ row: Int) -> Bool {
    header.pointee.reset_count != 0 && row <= Int(header.pointee.reset_row_end)
  }

  /// A thread's row is added to row 0: so is what was noted of it.
  static func fold(_ row: Int) {
    if !isNoted(row) { return }
    let from = swiftmalloc_live_before_row(row).unsafelyUnwrapped
    let to = swiftmalloc_live_before_row(0).unsafelyUnwrapped
    for index in 0..<Int(SWIFTMALLOC_LIVE_CLASSES) {
      to[index].allocation_count &+= from[index].allocation_count
      to[index].free_count &+= from[index].free_count
      to[index].requested_bytes &+= from[index].requested_bytes
      to[index].returned_bytes &+= from[index].returned_bytes
      from[index] = swiftmalloc_live_before()
    }
  }

  /// Counts and peaks begin again. False without memory for what was counted so far, and with more threads than there
  /// are rows for that: then they go on.
  static func takeNow() -> Bool {
    let end = Int(header.pointee.thread_row_end)
    if end >= Int(SWIFTMALLOC_LIVE_RESET_ROWS) { return false }
    let byteCount = (end + 1) * Int(SWIFTMALLOC_LIVE_RESET_STRIDE)
    if swiftmalloc_live_populate(swiftmalloc_live_before_row(0), byteCount) == 0 { return false }
    for row in 0...end { note(row) }
    header.pointee.reset_row_end = UInt64(end)
    header.pointee.reset_boot_ns = swiftmalloc_boot_ns()
    header.pointee.reset_count &+= 1
    header.pointee.threads_started = header.pointee.threads_running
    LiveProcess.restartCallCounts()
    LiveGauges.restartPeaks()
    return true
  }

  // A thread that counts meanwhile may keep a peak that is a moment old.
  private static func note(_ index: Int) {
    let row = swiftmalloc_live_row(index).unsafelyUnwrapped
    let counts = swiftmalloc_live_row_classes(row).unsafelyUnwrapped
    let before = swiftmalloc_live_before_row(index).unsafelyUnwrapped
    var live: Int64 = 0
    for sizeClass in 0..<Int(SWIFTMALLOC_LIVE_CLASSES) {
      let now = counts[sizeClass]
      before[sizeClass] = swiftmalloc_live_before(
        allocation_count: now.allocation_count, free_count: now.free_count,
        requested_bytes: now.requested_bytes, returned_bytes: now.returned_bytes)
      let net = Int64(bitPattern: now.requested_bytes &- now.returned_bytes)
      counts[sizeClass].peak_bytes = net
      live &+= net
    }
    row.pointee.peak_bytes = live
  }
}
