// Bad frees end the process: what is said then. Each in a process of its own.

import Heap
import Memory
import Platform
import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Says which address the report is to name.
private func announce(_ address: UInt) {
  let line = "bad 0x\(String(address, radix: 16))\n"
  line.withCString { _ = write(2, $0, strlen($0)) }
}

private func freeBadly(_ test: TestHeap, _ address: UInt) {
  announce(address)
  test.free(address)
}

@Suite struct BadFreeTests {
  /// Whether there is one report, of this kind, on the announced address, and with this about it.
  private func reports(_ result: ExitTest.Result?, _ kind: String, _ about: String) -> Bool {
    let lines = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      .split(separator: "\n")
    guard lines.count == 2, lines[0].hasPrefix("bad ") else { return false }
    let address = lines[0].dropFirst(4)
    return lines[1].contains("ERROR: swiftmalloc: \(kind) on address \(address) (\(about)")
  }

  @Test func secondFreeOfABlockThatWaits() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let blocks = (0..<80).map { _ in test.allocate(48).address }
      test.thread = try #require(test.makeThread())
      // Some share a bit of the filter, and are no second frees of each other.
      for block in blocks.prefix(60) { test.free(block) }
      freeBadly(test, blocks[17])
    }
    #expect(reports(result, "double-free", "48-byte block), thread "))
  }

  /// Each waits in another cache; the one that is flushed last meets the remote bit.
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
      }
      test.free(blocks[70])
      test.thread = second
      _ = test.heap.trim()
      #expect(PageMap.record(blocks[33])?.pointee.state?.remoteFreeCount == 1)
      test.thread = third
      announce(blocks[33])
      _ = test.heap.trim()
    }
    #expect(reports(result, "double-free", "48-byte block), thread "))
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
      announce(blocks[10])
      let second = test.thread
      test.thread = first
      test.free(blocks[10])
      test.thread = second
      _ = test.heap.trim()
      test.thread = first
      while test.allocate(48).address != blocks[10] {}
    }
    #expect(reports(result, "double-free", "48-byte block), thread "))
  }

  /// By the time of the flush the span is in the central list, or the flushing thread's.
  @Test(arguments: [false, true])
  func blockThatWaitsInASpanOfAThreadThatEnded(isTaken: Bool) async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) { [isTaken] in
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
      if isTaken { try #require(test.allocate(48).address == blocks[5]) }
      announce(blocks[10])
      _ = test.heap.trim()
    }
    #expect(reports(result, "double-free", "48-byte block), thread "))
  }

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
      freeBadly(test, blocks[3])
    }
    #expect(reports(result, "double-free", "112-byte block), thread "))
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
      freeBadly(test, blocks[7])
    }
    #expect(reports(result, "double-free", "112-byte block), thread "))
  }

  @Test func freeInsideABlockOfASpanWithAGap() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let blocks = (0..<9).map { _ in test.allocate(112).address }
      freeBadly(test, blocks[7] + 16)
    }
    #expect(reports(result, "invalid-free", "16 bytes inside the 112-byte block at 0x"))
  }

  @Test func freeInTheGap() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let block = test.allocate(112).address
      freeBadly(test, block & ~PageMap.sliceMask)
    }
    #expect(reports(result, "invalid-free", "in memory of the heap that holds no live block)"))
  }

  /// The kernel may place a large block just before the table of records.
  @Test(arguments: [0, 1 << 20])
  func freeOfAnAddressInTheTableOfTheWindow(distance: UInt) async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) { [distance] in
      let test = try #require(TestHeap(purgeDelay: -1))
      freeBadly(test, PageMap.windowRecords + distance)
    }
    #expect(reports(result, "invalid-free", "in memory of the heap that holds no live block)"))
  }

  @Test func freeOfABlockThatWasNeverGivenOut() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      let block = test.allocate(112).address
      // A word of bits further.
      freeBadly(test, block + 100 * 112)
    }
    #expect(reports(result, "invalid-free", "never allocated, in a span of 112-byte blocks)"))
  }
}
