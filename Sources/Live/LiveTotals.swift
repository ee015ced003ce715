// Sums over all rows, for those who ask in the process itself.

import CShims
import Platform

/// The calls for blocks of one class, of all threads or of one, since counts began (again).
package struct ClassTotal {
  package var allocationCount = 0
  package var freeCount = 0
  /// Bytes asked for less bytes given back, ever: below zero for a thread that frees what others allocated.
  package var netBytes = 0
  private var netCount = 0
  /// The sum of the threads' peaks, none of which knows what others freed: at least what is live.
  package var peakBytes: Int { max(peakSum, liveBytes) }
  private var peakSum = 0

  package init() {}

  /// Bytes asked for of live blocks, and their number.
  package var liveBytes: Int { max(netBytes, 0) }
  package var liveCount: Int { max(netCount, 0) }
  /// Whether there were calls, or there are blocks of before.
  package var isUsed: Bool { allocationCount != 0 || freeCount != 0 || netCount != 0 }

  fileprivate mutating func add(
    _ counts: swiftmalloc_live_class, _ before: swiftmalloc_live_before
  ) {
    allocationCount &+= Int(
      truncatingIfNeeded: counts.allocation_count &- before.allocation_count)
    freeCount &+= Int(truncatingIfNeeded: counts.free_count &- before.free_count)
    netCount &+= Int(truncatingIfNeeded: counts.allocation_count &- counts.free_count)
    netBytes &+= Int(truncatingIfNeeded: counts.requested_bytes &- counts.returned_bytes)
    peakSum &+= max(Int(truncatingIfNeeded: counts.peak_bytes), 0)
  }
}

package enum LiveTotals {
  /// Rows are numbered below this; 0 is that of ended threads and signal handlers.
  package static var rowCount: Int {
    Int(swiftmalloc_live_header_now().pointee.thread_row_end) + 1
  }

  package static func ofClass(_ sizeClass: Int) -> ClassTotal {
    var total = ClassTotal()
    for row in 0..<rowCount {
      total.add(counts(row, sizeClass), LiveReset.before(row, sizeClass))
    }
    return total
  }

  /// Of all classes of one row.
  package static func ofRow(_ row: Int) -> ClassTotal {
    var total = ClassTotal()
    for sizeClass in 0..<Int(SWIFTMALLOC_LIVE_CLASSES) {
      total.add(counts(row, sizeClass), LiveReset.before(row, sizeClass))
    }
    return total
  }

  package static func row(_ row: Int) -> UnsafeMutablePointer<swiftmalloc_live_thread> {
    swiftmalloc_live_row(row).unsafelyUnwrapped
  }

  private static func counts(_ index: Int, _ sizeClass: Int) -> swiftmalloc_live_class {
    swiftmalloc_live_row_classes(row(index))[sizeClass]
  }

  /// Calls `body` with the beginnings and ends of the counters' memory in use.
  package static func forEachPart(_ body: (UInt, UInt) -> Void) {
    guard let base = swiftmalloc_live_memory() else { return }
    let start = UInt(bitPattern: base)
    let rows = UInt(rowCount) * UInt(SWIFTMALLOC_LIVE_THREAD_STRIDE)
    body(
      start,
      UInt(System.roundUpToPage(Int(start) + Int(SWIFTMALLOC_LIVE_THREAD_OFFSET) + Int(rows))))
    let large = start + UInt(SWIFTMALLOC_LIVE_LARGE_OFFSET)
    let byteCount =
      Int(swiftmalloc_live_header_now().pointee.large_row_end)
      * MemoryLayout<swiftmalloc_live_large>.stride
    if byteCount > 0 { body(large, large + UInt(System.roundUpToPage(byteCount))) }
  }
}
