// Counts that begin again in the middle of a run.

import CShims
import Live
import Platform
import TestPages
import Testing

@Suite struct LiveResetTests {
  @Test func countsAndPeaksBeginAgainAndWhatLivesStays() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start() && Counting.becomeAnotherThread() != nil)
      #expect(LiveReset.age == nil)
      for _ in 0..<10 { LiveCounts.allocated(50, 3) }
      for _ in 0..<6 { LiveCounts.freed(50, 3) }
      LiveGauges.set(SWIFTMALLOC_LIVE_USED, 1000)
      LiveGauges.set(SWIFTMALLOC_LIVE_USED, 400)
      #expect(LiveThreads.resetCounts() && LiveReset.age != nil)
      var total = LiveTotals.ofClass(3)
      #expect(total.allocationCount == 0 && total.freeCount == 0 && total.isUsed)
      #expect(total.liveCount == 4 && total.liveBytes == 200 && total.peakBytes == 200)
      #expect(LiveGauges.amount(SWIFTMALLOC_LIVE_USED) == (400, 400))
      #expect(Counting.header.fold_count == 2 && Counting.header.reset_count == 1)
      LiveCounts.allocated(50, 3)
      for _ in 0..<3 { LiveCounts.freed(50, 3) }
      total = LiveTotals.ofClass(3)
      #expect(total.allocationCount == 1 && total.freeCount == 3 && total.liveCount == 2)
      #expect(total.peakBytes == 250)
      #expect(LiveThreads.resetCounts())
      total = LiveTotals.ofClass(3)
      #expect(total.allocationCount == 0 && total.freeCount == 0 && total.liveCount == 2)
    }
  }

  /// The row of a thread that ends, and what was noted of it, go to row 0; the next thread in that row begins with nothing.
  @Test func threadsThatEndAfterItTakeNothingBack() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start() && Counting.becomeAnotherThread() != nil)
      for _ in 0..<10 { LiveCounts.allocated(50, 3) }
      #expect(LiveThreads.resetCounts())
      LiveCounts.allocated(50, 3)
      LiveThreads.endThread()
      #expect(LiveTotals.ofClass(3).allocationCount == 1)
      #expect(LiveTotals.ofClass(3).liveCount == 11)
      #expect(Counting.becomeAnotherThread() == LiveTotals.row(1))
      LiveCounts.allocated(50, 3)
      #expect(LiveTotals.ofRow(1).allocationCount == 1)
      #expect(LiveTotals.ofClass(3).allocationCount == 2)
      // A row that there was not at the reset.
      #expect(Counting.becomeAnotherThread() == LiveTotals.row(2))
      LiveCounts.allocated(50, 3)
      #expect(LiveTotals.ofRow(2).allocationCount == 1)
      #expect(LiveTotals.ofClass(3).allocationCount == 3)
    }
  }

  @Test(arguments: [false, true])
  func aChildGoesOnFromTheReset(publishes: Bool) async {
    await #expect(processExitsWith: .success) { [publishes] in
      #expect(Counting.start(publishes: publishes) && Counting.becomeAnotherThread() != nil)
      for _ in 0..<10 { LiveCounts.allocated(50, 3) }
      #expect(Counting.becomeAnotherThread() != nil)
      for _ in 0..<5 { LiveCounts.allocated(50, 3) }
      #expect(LiveThreads.resetCounts())
      LiveCounts.allocated(50, 3)
      LiveProcess.prepareFork()
      LiveProcess.finishForkInChild()
      #expect(LiveTotals.ofClass(3).allocationCount == 1)
      #expect(LiveTotals.ofClass(3).liveCount == 16)
      LiveProcess.end()
    }
  }

  @Test func rowsOfHeapsAreUsedAgain() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      let name: StaticString = "parser"
      func take(_ handle: UInt) -> UInt16? {
        LiveHeaps.take(
          handle: handle, flags: 0, limit: .max,
          name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self))?.number
      }
      for index in 0..<Int(SWIFTMALLOC_LIVE_HEAPS) {
        #expect(take(128 * UInt(index + 1)) == UInt16(index + 1))
      }
      #expect(take(1) == nil && Counting.header.heaps_unlisted == 1)
      LiveHeaps.leave(0)
      #expect(Counting.header.heaps_unlisted == 0)
      LiveHeaps.leave(70)
      #expect(LiveHeaps.row(70)?.pointee.handle == 0)
      #expect(take(7) == 70)
      #expect(Counting.header.heap_row_end == UInt64(SWIFTMALLOC_LIVE_HEAPS))
    }
  }
}
