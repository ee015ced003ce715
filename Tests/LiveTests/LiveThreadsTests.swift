// Rows of threads: taken, written, folded into row 0, used again, and what happens when there are no more.

import CShims
import Live
import Platform
import TestPages
import Testing

@Suite struct LiveThreadsTests {
  @Test func rowsAreTakenInOrderAndUsedAgain() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      let rows = (1...5).map { number in
        let row = Counting.becomeAnotherThread()
        #expect(row == LiveTotals.row(number) && row?.pointee.is_used == 1)
        return row
      }
      #expect(LiveThreads.rowOfThisThread() == rows[4])
      #expect(Counting.header.threads_running == 5 && LiveTotals.rowCount == 6)
      for number in [3, 2] {
        swiftmalloc_set_own_row(rows[number])
        LiveThreads.endThread()
        #expect(swiftmalloc_own_row() == nil && rows[number]?.pointee.is_used == 0)
      }
      #expect(Counting.header.threads_running == 3)
      #expect(Counting.becomeAnotherThread() == rows[2])
      #expect(Counting.becomeAnotherThread() == rows[3])
      #expect(Counting.becomeAnotherThread() == LiveTotals.row(6))
      #expect(Counting.header.threads_started == 8 && Counting.header.threads_running == 6)
    }
  }

  @Test func anEndedThreadLeavesItsCountsInRowZero() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start() && Counting.becomeAnotherThread() != nil)
      LiveCounts.allocated(100, 6)
      LiveCounts.allocated(90, 6)
      LiveCounts.freed(100, 6)
      LiveCounts.freed(5000, 80)
      // No call, but bytes.
      LiveCounts.resized(from: 10, to: 25, 1)
      LiveCounts.resized(from: 25, to: 5, 2)
      #expect(Counting.counts(1, 6).numbers == [2, 1, 190, 100])
      #expect(Counting.counts(1, 6).peak_bytes == 190)
      LiveThreads.endThread()
      #expect(Counting.counts(0, 6).numbers == [2, 1, 190, 100])
      #expect(Counting.counts(0, 6).peak_bytes == 190)
      #expect(Counting.counts(0, 80).numbers == [0, 1, 0, 5000])
      #expect(Counting.counts(0, 1).numbers == [0, 0, 15, 0])
      #expect(Counting.counts(0, 2).numbers == [0, 0, 0, 20])
      for sizeClass in 0..<Int(SWIFTMALLOC_LIVE_CLASSES) {
        #expect(Counting.counts(1, sizeClass).numbers == [0, 0, 0, 0])
      }
      #expect(Counting.header.fold_count == 2)
    }
  }

  @Test func threadsBeyondTheLastRowAreCountedOnce() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      let last = Int(SWIFTMALLOC_LIVE_THREADS) - 1
      for number in 1...last {
        #expect(Counting.becomeAnotherThread() == LiveTotals.row(number))
      }
      for extra in 1...3 as ClosedRange<UInt64> {
        #expect(Counting.becomeAnotherThread() == nil)
        for _ in 0..<10 { LiveCounts.allocated(32, 1) }
        #expect(LiveThreads.rowOfThisThread() == nil)
        #expect(Counting.header.threads_unpublished == extra)
        #expect(Counting.header.threads_started == UInt64(last) + extra)
        LiveThreads.endThread()
        LiveThreads.endThread()
        #expect(Counting.header.threads_running == UInt64(last))
        #expect(Counting.counts(0, 1).numbers == [10 * extra, 0, 320 * extra, 0])
      }
      swiftmalloc_set_own_row(LiveTotals.row(2000))
      LiveThreads.endThread()
      #expect(Counting.becomeAnotherThread() == LiveTotals.row(2000))
    }
  }

  @Test func whoIsBetweenTheMarksOrEndedCountsInRowZero() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start() && Counting.becomeAnotherThread() != nil)
      swiftmalloc_enter_fast_path()
      LiveCounts.allocated(40, 2)
      swiftmalloc_leave_fast_path(UInt(SWIFTMALLOC_NO_CACHE))
      LiveCounts.allocated(41, 2)
      LiveThreads.endThread()
      ThreadFlags.insert(ThreadFlags.ended)
      LiveCounts.freed(40, 2)
      #expect(Counting.counts(0, 2).numbers == [2, 1, 81, 40] && swiftmalloc_own_row() == nil)
      #expect(Counting.header.threads_started == 1 && Counting.header.threads_running == 0)
      ThreadFlags.remove(ThreadFlags.ended)
    }
  }

  /// Threads that take, write and end rows at once: nothing is counted twice or not at all.
  @Test func threadsThatComeAndGoLoseNothing() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      for _ in 0..<20 {
        let threads = (0..<16).compactMap { number in
          TestThread {
            for step in 0..<500 {
              LiveCounts.allocated(step, number)
              LiveCounts.freed(step, number)
            }
            LiveCounts.allocated(7, 50)
            LiveThreads.endThread()
          }
        }
        #expect(threads.count == 16)
        for thread in threads { thread.join() }
      }
      for sizeClass in 0..<16 {
        let total = LiveTotals.ofClass(sizeClass)
        #expect(total.allocationCount == 10_000 && total.freeCount == 10_000)
        #expect(Counting.counts(0, sizeClass).requested_bytes == 20 * 124_750)
        #expect(total.netBytes == 0)
      }
      #expect(LiveTotals.ofClass(50).liveBytes == 7 * 320 && LiveTotals.ofRow(0).liveCount == 320)
      #expect(Counting.header.threads_running == 0 && LiveTotals.rowCount <= 17)
    }
  }
}
