// Amounts with their peaks, and what a sample makes of the rows.

import CShims
import Live
import Platform
import TestPages
import Testing

@Suite struct LiveGaugesTests {
  @Test func peaksStay() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      LiveGauges.set(SWIFTMALLOC_LIVE_USED, 100)
      LiveGauges.set(SWIFTMALLOC_LIVE_USED, 30)
      #expect(LiveGauges.amount(SWIFTMALLOC_LIVE_USED) == (30, 100))
      LiveGauges.add(SWIFTMALLOC_LIVE_STASHED, 65536)
      LiveGauges.add(SWIFTMALLOC_LIVE_STASHED, 65536)
      LiveGauges.add(SWIFTMALLOC_LIVE_STASHED, -131072)
      #expect(LiveGauges.amount(SWIFTMALLOC_LIVE_STASHED) == (0, 131072))
    }
  }

  @Test func spansAndCentralLists() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      for _ in 0..<3 { LiveGauges.addSpans(4, 1, byteCount: 65536) }
      LiveGauges.addSpans(4, -1, byteCount: -65536)
      LiveGauges.addCentral(4, spans: 2, liveBlocks: 10)
      LiveGauges.addCentral(4, spans: -1, liveBlocks: -4)
      let totals = swiftmalloc_live_totals()[4]
      #expect(totals.block_size == 80 && totals.span_count == 2)
      #expect(totals.central_span_count == 1 && totals.central_live_count == 6)
      #expect(LiveGauges.amount(SWIFTMALLOC_LIVE_SMALL_SPANS) == (131072, 196608))
    }
  }

  /// rounding = given − requested; thread caches = small spans − small blocks − central lists.
  @Test func aSampleAddsUp() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start() && Counting.becomeAnotherThread() != nil)
      for _ in 0..<10 { LiveCounts.allocated(70, 4) }
      LiveCounts.allocated(100_000, Int(SWIFTMALLOC_LIVE_MEDIUM))
      LiveGauges.addSpans(4, 1, byteCount: 65536)
      LiveGauges.set(SWIFTMALLOC_LIVE_USED, 65536 + 131072)
      LiveSample.take()
      #expect(LiveGauges.amount(SWIFTMALLOC_LIVE_REQUESTED) == (100_700, 100_700))
      #expect(LiveGauges.amount(SWIFTMALLOC_LIVE_ROUNDING).now == 10 * 80 + 131072 - 100_700)
      #expect(LiveGauges.amount(SWIFTMALLOC_LIVE_THREAD_CACHES).now == 65536 - 800)
      #expect(Counting.becomeAnotherThread() != nil)
      LiveCounts.freed(100_000, Int(SWIFTMALLOC_LIVE_MEDIUM))
      LiveSample.take()
      #expect(LiveGauges.amount(SWIFTMALLOC_LIVE_REQUESTED) == (700, 100_700))
      let row = swiftmalloc_own_row().unsafelyUnwrapped.pointee
      #expect(row.requested_bytes == -100_000 && row.peak_bytes == 0)
      LiveThreads.endThread()
      LiveSample.take()
      #expect(LiveGauges.amount(SWIFTMALLOC_LIVE_REQUESTED) == (700, 100_700))
    }
  }
}
