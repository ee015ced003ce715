// What only a sum over all threads tells: taken by a thread that comes through a slow path, now and then, for the sake of
// the peaks. A reader sums up for itself.
//
//   rounding      = given − requested          given = small blocks + USED − SMALL_SPANS − STASHED + LARGE_BYTES
//   thread caches = SMALL_SPANS − small blocks − central lists

import CShims
import Platform

package enum LiveSample {
  private typealias Row = LiveCounts.Row

  private static var header: UnsafeMutablePointer<swiftmalloc_live_header> {
    swiftmalloc_live_header_now().unsafelyUnwrapped
  }

  /// By a thread that comes through its `count`th refill, of which each brings up to 64 blocks: the more seldom the more
  /// threads there are.
  package static func take(at count: UInt32) {
    let step = 8 * (1 + header.pointee.thread_row_end / 32)
    if UInt64(count) % step != 0 { return }
    take()
    if count & 63 == 0 { LiveThreads.refreshName() }
  }

  /// By a thread that allocates the `count`th medium or large block.
  package static func take(atSingle count: UInt64) {
    take()
    if count & 63 == 0 { LiveThreads.refreshName() }
  }

  /// By a thread that allocates the `count`th block of a class from a debug heap.
  package static func take(whileDebuggingAt count: UInt64) {
    if count & 63 != 1 { return }
    take()
    LiveThreads.refreshName()
  }

  /// Costs about 200 ns and two loads for each thread. Bytes of the live small blocks.
  @discardableResult
  package static func take() -> Int {
    sumUp(LiveCounts.sharedRow)
    if let row = swiftmalloc_own_row() { sumUp(row) }
    var requested: Int64 = 0
    var small: Int64 = 0
    for index in 0...Int(header.pointee.thread_row_end) {
      let row = swiftmalloc_live_row(index).unsafelyUnwrapped
      requested &+= row.pointee.requested_bytes
      small &+= row.pointee.small_bytes
    }
    set(SWIFTMALLOC_LIVE_REQUESTED, Int(requested))
    // A debug heap has none of the others.
    if header.pointee.mode != SWIFTMALLOC_LIVE_PRODUCTION.rawValue { return 0 }
    let smallSpans = now(SWIFTMALLOC_LIVE_SMALL_SPANS)
    let medium =
      now(SWIFTMALLOC_LIVE_USED) - smallSpans - now(SWIFTMALLOC_LIVE_STASHED)
    let given = Int(small) + medium + now(SWIFTMALLOC_LIVE_LARGE_BYTES)
    let central = freeInCentralLists
    set(SWIFTMALLOC_LIVE_ROUNDING, given - Int(requested))
    set(SWIFTMALLOC_LIVE_CENTRAL_LISTS, central)
    set(SWIFTMALLOC_LIVE_THREAD_CACHES, smallSpans - Int(small) - central)
    set(
      SWIFTMALLOC_LIVE_PURGEABLE,
      now(SWIFTMALLOC_LIVE_DIRTY) + now(SWIFTMALLOC_LIVE_PURGING)
        + now(SWIFTMALLOC_LIVE_LARGE_CACHED))
    return Int(small)
  }

  private static func now(_ quantity: swiftmalloc_live_quantity) -> Int {
    LiveGauges.amount(quantity).now
  }

  // Other threads go on meanwhile: a difference may come out below zero.
  private static func set(_ quantity: swiftmalloc_live_quantity, _ byteCount: Int) {
    LiveGauges.set(quantity, max(byteCount, 0))
  }

  private static var freeInCentralLists: Int {
    let totals = swiftmalloc_live_totals().unsafelyUnwrapped
    var sum = 0
    for index in 0..<Int(SWIFTMALLOC_LIVE_SMALL_CLASSES)
    where totals[index].central_span_count != 0 {
      sum +=
        Int(truncatingIfNeeded: totals[index].central_span_count) * Int(SWIFTMALLOC_LIVE_SPAN_BYTES)
        - Int(truncatingIfNeeded: totals[index].central_live_count &* totals[index].block_size)
    }
    return sum
  }

  private static func sumUp(_ row: Row) {
    let counts = swiftmalloc_live_row_classes(row).unsafelyUnwrapped
    let totals = swiftmalloc_live_totals().unsafelyUnwrapped
    var requested: Int64 = 0
    var small: Int64 = 0
    for index in 0..<Int(SWIFTMALLOC_LIVE_CLASSES) {
      requested &+= Int64(
        bitPattern: counts[index].requested_bytes &- counts[index].returned_bytes)
      small &+= Int64(
        bitPattern: (counts[index].allocation_count &- counts[index].free_count)
          &* totals[index].block_size)
    }
    row.pointee.requested_bytes = requested
    row.pointee.small_bytes = small
    row.pointee.peak_bytes = max(row.pointee.peak_bytes, requested)
  }
}
