// Second frees of blocks that wait: found at once while the mark is there, else at the latest when the blocks
// are freed. Each in a process of its own.

import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Writes into a freed block, where it bears the mark of blocks that wait.
private func wipeMark(_ block: UInt) {
  UnsafeMutablePointer<UInt>(bitPattern: block + 8).unsafelyUnwrapped.pointee = 1
}

@Suite struct PendingBadFreeTests {
  @Test func secondFreeOfABlockThatWaits() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let blocks = (0..<80).map { _ in test.allocate(48).address }
      test.thread = try #require(test.makeThread())
      for block in blocks.prefix(60) { test.free(block) }
      BadFreeReport.freeBadly(test, blocks[17])
    }
    #expect(BadFreeReport.isIn(result, "double-free", "48-byte block), thread "))
  }

  @Test func secondFreeOfABlockThatWaitsInAnotherCache() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let blocks = (0..<80).map { _ in test.allocate(48).address }
      let second = try #require(test.makeThread())
      for thread in [second, try #require(test.makeThread())] {
        test.thread = thread
        for block in blocks where (block == blocks[17]) == (thread == second) { test.free(block) }
      }
      BadFreeReport.freeBadly(test, blocks[17])
    }
    #expect(BadFreeReport.isIn(result, "double-free", "48-byte block), thread "))
  }

  /// The first free's mark is written over, but its bit is there.
  @Test func blockThatWaitsWithoutAMark() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let blocks = (0..<80).map { _ in test.allocate(48).address }
      test.thread = try #require(test.makeThread())
      for block in blocks[30...40] { test.free(block) }
      wipeMark(blocks[33])
      BadFreeReport.freeBadly(test, blocks[33])
    }
    #expect(BadFreeReport.isIn(result, "double-free", "48-byte block), thread "))
  }

  /// Each waits in another cache, since the mark is written over; the one that is flushed last meets the
  /// remote bit.
  @Test func blockThatWaitsInTwoCaches() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let blocks = (0..<80).map { _ in test.allocate(48).address }
      let second = try #require(test.makeThread())
      let third = try #require(test.makeThread())
      for thread in [second, third] {
        test.thread = thread
        test.free(blocks[33])
        wipeMark(blocks[33])
      }
      test.free(blocks[40])
      test.thread = second
      _ = test.heap.trim()
      #expect(PageMap.record(blocks[33])?.pointee.state?.remoteFreeCount == 1)
      test.thread = third
      BadFreeReport.announce(blocks[33])
      _ = test.heap.trim()
    }
    #expect(BadFreeReport.isIn(result, "double-free", "48-byte block), thread "))
  }

  @Test func secondFreeByTheOwnerWhileABlockWaits() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      let first = try #require(test.makeThread())
      test.thread = first
      let blocks = (0..<80).map { _ in test.allocate(48).address }
      test.thread = try #require(test.makeThread())
      test.free(blocks[10])
      BadFreeReport.announce(blocks[10])
      let second = test.thread
      test.thread = first
      test.free(blocks[10])
      test.thread = second
      _ = test.heap.trim()
      test.thread = first
      while test.allocate(48).address != blocks[10] {}
    }
    #expect(BadFreeReport.isIn(result, "double-free", "48-byte block), thread "))
  }

  /// By the time of the flush, by trim or before a span is taken, the span is in the central list.
  @Test(arguments: [false, true])
  func blockThatWaitsInASpanOfAThreadThatEnded(asksForOne: Bool) async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) { [asksForOne] in
      let test = try #require(TestHeap(purgeDelay: -1))
      let first = try #require(test.makeThread())
      test.thread = first
      let blocks = (0..<20).map { _ in test.allocate(48).address }
      test.thread = try #require(test.makeThread())
      test.free(blocks[10])
      let second = test.thread
      test.thread = first
      for block in blocks[5...10] { test.free(block) }
      test.end(first)
      test.thread = second
      BadFreeReport.announce(blocks[10])
      if asksForOne { _ = test.allocate(48) } else { _ = test.heap.trim() }
    }
    #expect(BadFreeReport.isIn(result, "double-free", "48-byte block), thread "))
  }

  /// Before the thread claims the span it frees what waits of it, and finds the second free by the bit.
  @Test func blockThatWaitsInASpanThatBecameOwn() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      let first = try #require(test.makeThread())
      let second = try #require(test.makeThread())
      test.thread = first
      let blocks = (0..<20).map { _ in test.allocate(48).address }
      let span = try #require(PageMap.record(blocks[0]))
      test.thread = second
      _ = test.allocate(48)
      test.free(blocks[10])
      test.thread = first
      while PageMap.record(test.allocate(48).address) == span {}
      test.thread = second
      test.free(blocks[11])
      try #require(span.pointee.owner.load(ordering: .relaxed) == second.cache?.owner)
      BadFreeReport.announce(blocks[10])
      test.free(blocks[10])
    }
    #expect(BadFreeReport.isIn(result, "double-free", "48-byte block), thread "))
  }
}
