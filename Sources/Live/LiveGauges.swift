// The amounts of the heap's memory by kind, and what is known of each size class for all threads: written where they
// change, which is on slow paths, mostly under the lock of what they describe. Nothing happens in a process that does
// not count.

import CShims
import Platform

package enum LiveGauges {
  /// Sets an amount, by the holder of the lock under which it changes.
  @inline(__always)
  package static func set(_ quantity: swiftmalloc_live_quantity, _ byteCount: Int) {
    if LiveCounts.isOn { setNow(quantity, byteCount) }
  }

  @inline(never)
  private static func setNow(_ quantity: swiftmalloc_live_quantity, _ byteCount: Int) {
    let amount = swiftmalloc_live_amounts().unsafelyUnwrapped + Int(quantity.rawValue)
    amount.pointee.now = UInt64(byteCount)
    if amount.pointee.peak < UInt64(byteCount) { amount.pointee.peak = UInt64(byteCount) }
  }

  /// Changes an amount that several threads change at once.
  @inline(__always)
  package static func add(_ quantity: swiftmalloc_live_quantity, _ byteCount: Int) {
    if LiveCounts.isOn { addNow(quantity, byteCount) }
  }

  @inline(never)
  private static func addNow(_ quantity: swiftmalloc_live_quantity, _ byteCount: Int) {
    let amount = swiftmalloc_live_amounts().unsafelyUnwrapped + Int(quantity.rawValue)
    let now = swiftmalloc_add(&amount.pointee.now, UInt64(bitPattern: Int64(byteCount)))
    // Two threads may pass the peak at once: it is short by one step then until the next.
    if Int64(bitPattern: now) > Int64(bitPattern: amount.pointee.peak) {
      amount.pointee.peak = now
    }
  }

  /// Peaks begin again with what is now.
  static func restartPeaks() {
    let amounts = swiftmalloc_live_amounts().unsafelyUnwrapped
    for index in 0..<Int(SWIFTMALLOC_LIVE_QUANTITIES.rawValue) {
      amounts[index].peak = amounts[index].now
    }
  }

  /// An amount as it is now, and its peak.
  package static func amount(_ quantity: swiftmalloc_live_quantity) -> (now: Int, peak: Int) {
    let amount = swiftmalloc_live_amounts().unsafelyUnwrapped + Int(quantity.rawValue)
    return (Int(clamping: amount.pointee.now), Int(clamping: amount.pointee.peak))
  }

  /// The class has blocks of so many bytes.
  package static func setBlockSize(_ sizeClass: Int, _ byteCount: Int) {
    swiftmalloc_live_totals()[sizeClass].block_size = UInt64(byteCount)
  }

  package static func blockSize(_ sizeClass: Int) -> Int {
    Int(clamping: swiftmalloc_live_totals()[sizeClass].block_size)
  }

  /// A span of the class was made (1) or given back (-1).
  @inline(__always)
  package static func addSpans(_ sizeClass: Int, _ count: Int, byteCount: Int) {
    if !LiveCounts.isOn { return }
    let totals = swiftmalloc_live_totals().unsafelyUnwrapped + sizeClass
    _ = swiftmalloc_add(&totals.pointee.span_count, UInt64(bitPattern: Int64(count)))
    addNow(SWIFTMALLOC_LIVE_SMALL_SPANS, byteCount)
  }

  /// The central list of the class has other spans, or other live blocks in them. Under its lock.
  @inline(__always)
  package static func addCentral(_ sizeClass: Int, spans: Int, liveBlocks: Int) {
    if !LiveCounts.isOn { return }
    let totals = swiftmalloc_live_totals().unsafelyUnwrapped + sizeClass
    totals.pointee.central_span_count &+= UInt64(bitPattern: Int64(spans))
    totals.pointee.central_live_count &+= UInt64(bitPattern: Int64(liveBlocks))
  }

  /// There are so many arenas. Under the lock of the page heap, as the next.
  package static func setArenaCount(_ count: Int) {
    swiftmalloc_live_header_now().pointee.arena_count = UInt64(
      min(count, Int(SWIFTMALLOC_LIVE_ARENAS)))
  }

  /// The `index`th arena has so many readable and writable bytes, from its start on.
  package static func setArena(_ index: Int, start: UInt, committedBytes: Int) {
    if index >= Int(SWIFTMALLOC_LIVE_ARENAS) { return }
    let arena = swiftmalloc_live_arenas().unsafelyUnwrapped + index
    arena.pointee.start = UInt64(start)
    arena.pointee.committed_bytes = UInt64(committedBytes)
  }
}
