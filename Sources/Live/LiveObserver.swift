// What the slow paths of the process' heap tell the counters. Nothing in a process that does not count: one load each.

import CShims
import Heap
import Memory

package enum LiveObserver: HeapObserver {
  @inline(__always)
  package static var isOn: Bool { LiveCounts.isOn }

  @inline(__always)
  package static func set(_ amount: PageGauge, _ byteCount: Int) {
    LiveGauges.set(amount.quantity, byteCount)
  }

  @inline(__always)
  package static func add(_ amount: PageGauge, _ byteCount: Int) {
    LiveGauges.add(amount.quantity, byteCount)
  }

  package static func cover(_ start: UInt, byteCount: Int) {
    LiveSlices.cover(start, byteCount: byteCount)
  }

  @inline(__always)
  package static func use(_ start: UInt, byteCount: Int, for use: SliceUse) {
    LiveSlices.set(use.slice, start, byteCount: byteCount)
  }

  package static func setArenaCount(_ count: Int) { LiveGauges.setArenaCount(count) }

  package static func setArena(_ index: Int, start: UInt, committedBytes: Int) {
    LiveGauges.setArena(index, start: start, committedBytes: committedBytes)
  }

  package static func coverAgain() { LiveSlices.coverAgain() }

  @inline(__always)
  package static func addSpans(_ sizeClass: Int, _ count: Int, byteCount: Int) {
    LiveGauges.addSpans(sizeClass, count, byteCount: byteCount)
  }

  @inline(__always)
  package static func addCentral(_ sizeClass: Int, spans: Int, liveBlocks: Int) {
    LiveGauges.addCentral(sizeClass, spans: spans, liveBlocks: liveBlocks)
  }

  @inline(__always)
  package static func refilled<Policy>(_ count: UInt32, _ heap: Heap<Policy>) {
    // Each brings up to 64 blocks there.
    if count & 7 == 0 { LiveSample.take(at: count) }
    if LiveSizes.areWanted { heap.noteSizes() }
  }

  @inline(__always)
  package static func purged(_ reason: PurgeReason, _ byteCount: Int) {
    if byteCount > 0 { LiveGauges.add(reason.quantity, byteCount) }
  }

  @inline(__always)
  package static func leftSlowPath() {
    if isOn { LiveWishes.answer() }
  }

  @inline(__always)
  package static func threadEnds() { if isOn { LiveThreads.endThread() } }
}

extension PageGauge {
  @inline(__always)
  fileprivate var quantity: swiftmalloc_live_quantity {
    switch self {
    case .committed: SWIFTMALLOC_LIVE_COMMITTED
    case .used: SWIFTMALLOC_LIVE_USED
    case .dirty: SWIFTMALLOC_LIVE_DIRTY
    case .clean: SWIFTMALLOC_LIVE_CLEAN
    case .purging: SWIFTMALLOC_LIVE_PURGING
    case .stashed: SWIFTMALLOC_LIVE_STASHED
    case .metadata: SWIFTMALLOC_LIVE_METADATA
    case .large: SWIFTMALLOC_LIVE_LARGE_BYTES
    case .largeKept: SWIFTMALLOC_LIVE_LARGE_CACHED
    }
  }
}

extension SliceUse {
  @inline(__always)
  fileprivate var slice: swiftmalloc_live_slice {
    switch self {
    case .free: SWIFTMALLOC_LIVE_SLICE_FREE
    case .small: SWIFTMALLOC_LIVE_SLICE_SMALL
    case .medium: SWIFTMALLOC_LIVE_SLICE_MEDIUM
    case .stashed: SWIFTMALLOC_LIVE_SLICE_STASHED
    case .metadata: SWIFTMALLOC_LIVE_SLICE_METADATA
    }
  }
}

extension PurgeReason {
  /// The amount of all that went back for it.
  package var quantity: swiftmalloc_live_quantity {
    switch self {
    case .age: SWIFTMALLOC_LIVE_PURGED_AGE
    case .budget: SWIFTMALLOC_LIVE_PURGED_BUDGET
    case .trim: SWIFTMALLOC_LIVE_PURGED_TRIM
    case .idle: SWIFTMALLOC_LIVE_PURGED_IDLE
    case .sleepers: SWIFTMALLOC_LIVE_PURGED_SLEEPERS
    case .burst: SWIFTMALLOC_LIVE_PURGED_BURST
    case .holes: SWIFTMALLOC_LIVE_PURGED_HOLES
    }
  }
}
