// Bad frees end the process: what is said then. Each in a process of its own.

import CShims
import Heap
import Memory
import Platform
import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct BadFreeTests {
  @Test func secondFreeOfABlockInASpanWithoutACache() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      let first = try #require(test.makeThread())
      test.thread = first
      let blocks = (0..<8).map { _ in test.allocate(112).address }
      test.end(first)
      test.free(blocks[3])
      test.thread = try #require(test.makeThread())
      BadFreeReport.freeBadly(test, blocks[3])
      // It waits until then: a look at the bits of another's span costs too much for each free.
      _ = test.heap.trim()
    }
    #expect(BadFreeReport.isIn(result, "double-free", "112-byte block), thread "))
  }

  /// 65536 % 112 = 16.
  @Test func secondFreeOfABlockInAnEmptiedSpanWithAGap() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      let first = try #require(test.makeThread())
      test.thread = first
      let blocks = (0..<586).map { _ in test.allocate(112).address }
      for block in blocks.prefix(585) { test.free(block) }
      try #require(PageMap.record(blocks[7])?.pointee.kind == .stashed)
      BadFreeReport.freeBadly(test, blocks[7])
    }
    #expect(BadFreeReport.isIn(result, "double-free", "112-byte block), thread "))
  }

  @Test func freeInsideABlockOfASpanWithAGap() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let blocks = (0..<9).map { _ in test.allocate(112).address }
      BadFreeReport.freeBadly(test, blocks[7] + 16)
    }
    #expect(BadFreeReport.isIn(result, "invalid-free", "16 bytes inside the 112-byte block at 0x"))
  }

  @Test func freeInTheGap() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let block = test.allocate(112).address
      BadFreeReport.freeBadly(test, block & ~PageMap.sliceMask)
    }
    #expect(
      BadFreeReport.isIn(result, "invalid-free", "in memory of the heap that holds no live block)"))
  }

  /// The kernel may place a large block just before the table of records.
  @Test(arguments: [0, 1 << 20])
  func freeOfAnAddressInTheTableOfTheWindow(distance: UInt) async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) { [distance] in
      let test = try #require(TestHeap(purgeDelay: -1))
      BadFreeReport.freeBadly(test, swiftmalloc_window().pointee.records + distance)
    }
    #expect(
      BadFreeReport.isIn(result, "invalid-free", "in memory of the heap that holds no live block)"))
  }

  @Test func freeOfABlockThatWasNeverGivenOut() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let block = test.allocate(112).address
      // A word of bits further.
      BadFreeReport.freeBadly(test, block + 100 * 112)
    }
    #expect(
      BadFreeReport.isIn(result, "invalid-free", "never allocated, in a span of 112-byte blocks)"))
  }
}
