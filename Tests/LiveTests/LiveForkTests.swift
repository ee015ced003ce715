// What a child of fork has of its parent's counters. One process plays both: it forks from itself.

import CShims
import Live
import Platform
import TestPages
import Testing

@Suite struct LiveForkTests {
  @Test(arguments: [false, true])
  func theChildGoesOnWithACopy(publishes: Bool) async {
    await #expect(processExitsWith: .success) { [publishes] in
      #expect(Counting.start(publishes: publishes))
      #expect(LiveProcess.isPublished == publishes)
      let others = Counting.becomeAnotherThread()
      LiveCounts.allocated(50, 3)
      let own = Counting.becomeAnotherThread()
      LiveCounts.allocated(60, 3)
      let large = LiveLarge.add(0x10_0000, requested: 9, given: 65536)
      LiveProcess.prepareFork()
      // Another thread of the parent goes on; a published file shows it in both.
      if publishes {
        LiveCounts.allocated(1000, 4)
        _ = LiveLarge.add(0x20_0000, requested: 9, given: 65536)
        swiftmalloc_leave_large_row(1)
      }
      LiveProcess.finishForkInChild()
      #expect(LiveProcess.isPublished == publishes)
      #expect(
        LiveTotals.ofClass(3).netBytes == 110 && LiveTotals.ofClass(4).netBytes == 0)
      #expect(Counting.counts(0, 3).numbers == [1, 0, 50, 0])
      #expect(others?.pointee.is_used == 0 && own?.pointee.is_used == 1)
      #expect(swiftmalloc_own_row() == own && Counting.header.threads_running == 1)
      #expect(Counting.header.large_count == 1)
      #expect(swiftmalloc_live_large_row(0).pointee.address == 0x10_0000)
      #expect(swiftmalloc_live_large_row(1).pointee.address == 0)
      LiveLarge.remove(large)
      LiveCounts.freed(50, 3)
      #expect(LiveTotals.ofClass(3).liveBytes == 60 && Counting.header.large_count == 0)
      #expect(Counting.becomeAnotherThread() == others)
      LiveProcess.end()
    }
  }

  @Test func theParentGoesOn() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start() && Counting.becomeAnotherThread() != nil)
      LiveCounts.allocated(50, 3)
      LiveProcess.prepareFork()
      LiveProcess.finishForkInParent()
      LiveCounts.allocated(50, 3)
      #expect(Counting.becomeAnotherThread() == LiveTotals.row(2))
      LiveThreads.endThread()
      #expect(LiveTotals.ofClass(3).netBytes == 100 && Counting.header.threads_running == 1)
    }
  }

  /// A signal handler that forks may have interrupted the holder of the rows' lock, its own thread.
  @Test func aHandlerForksWhileItsThreadTakesARow() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      LiveProcess.prepareFork()
      swiftmalloc_enter_fast_path()
      LiveProcess.prepareFork()
      LiveProcess.finishForkInParent()
      swiftmalloc_leave_fast_path(UInt(SWIFTMALLOC_NO_CACHE))
    }
  }
}
