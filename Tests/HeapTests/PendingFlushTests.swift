// One flush frees blocks of many spans, whose owners changed while they waited.

import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

@Suite struct PendingFlushTests {
  typealias State = UnsafeMutablePointer<SpanState>

  private func blocks(_ test: TestHeap, _ count: Int, of byteCount: Int) -> [UInt] {
    (0..<count).map { _ in test.allocate(byteCount).address }
  }

  @Test func oneFlushMeetsEveryOwner() throws {
    try withTwoThreads { test, first, second in
      let third = try #require(test.makeThread())
      // A thread keeps what it claims of the classes that it uses.
      test.thread = second
      _ = test.allocate(1024)
      test.thread = first
      let others = blocks(test, 10, of: 64)
      let full = blocks(test, 3, of: 1024)
      // With this one there are 64 KiB.
      let more = test.allocate(8192).address
      let last = test.allocate(32768).address
      test.thread = third
      let central = blocks(test, 4, of: 5120)
      let emptied = blocks(test, 2, of: 6144)
      test.thread = second
      let waiting = [
        others[0], full[0], central[0], emptied[0], others[9], full[2], central[3], emptied[1],
        more,
      ]
      for block in waiting { test.free(block) }
      // The spans change hands while the blocks wait.
      test.thread = first
      _ = blocks(test, 62 + 30, of: 1024)
      test.end(third)
      test.thread = second
      #expect(second.cache?.pendingCount == waiting.count)
      #expect(waiting.allSatisfy { isFree($0) == false })
      let owners = [others, full, central, emptied].map { owner($0[0]) }
      let cache = second.cache?.owner ?? 0
      #expect(
        owners == [
          first.cache?.owner ?? 0, SpanOwner.full, SpanOwner.central, SpanOwner.central,
        ])
      #expect(test.heap.checkInvariants() == nil)

      test.free(last)

      #expect(second.cache?.pendingCount == 0)
      #expect(waiting.allSatisfy { isFree($0) != false } && isFree(last) == true)
      #expect(PageMap.record(others[0])?.pointee.state?.remoteFreeCount == 2)
      #expect(owner(full[0]) == cache)
      #expect(PageMap.record(full[0])?.pointee.state?.freeCount == 2)
      #expect(owner(central[0]) == SpanOwner.central && isFree(central[1]) == false)
      let empty = PageMap.record(emptied[0])?.pointee.state
      #expect(owner(emptied[0]) == SpanOwner.central && empty?.freeCount == empty?.capacity)
      #expect(empty?.pointee.listFlag == .newlyEmpty)
      #expect(test.heap.checkInvariants() == nil)
    }
  }

  /// Else a second free of one that waits would meet an own span, in which its bit is clear.
  @Test func whatWaitsOfASpanIsFreedBeforeTheSpanIsClaimed() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = blocks(test, 63, of: 1024)
      test.thread = second
      // It keeps what it claims of a class that it uses.
      _ = test.allocate(1024)
      for block in blocks.prefix(40) { test.free(block) }
      test.thread = first
      _ = test.allocate(1024)
      _ = test.allocate(1024)
      #expect(owner(blocks[0]) == SpanOwner.full)
      test.thread = second
      #expect(second.cache?.pendingCount == 40)
      test.free(blocks[50])
      #expect(second.cache?.pendingCount == 0 && owner(blocks[0]) == second.cache?.owner)
      #expect(PageMap.record(blocks[0])?.pointee.state?.freeCount == 41)
      #expect(blocks.prefix(40).allSatisfy { isFree($0) == true } && isFree(blocks[50]) == true)
    }
  }
}
