// Empty spans of the central lists: how many stay, who takes them, and when they go.

import Memory
import Platform
import Statistics
import Synchronization
import TestPages
import Testing

@testable import Heap

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct EmptySpansTests {
  private func withHeap(purgeDelay: Int = -1, _ body: (TestHeap) throws -> Void) rethrows {
    guard let test = TestHeap(purgeDelay: purgeDelay) else {
      Issue.record("no heap")
      return
    }
    try body(test)
    #expect(test.heap.checkInvariants() == nil)
    test.close()
  }

  private func list(_ test: TestHeap, of byteCount: Int = 1024) -> UnsafeMutablePointer<
    CentralList<TestPolicy>
  > {
    test.heap.storage.pointee.central + test.heap.classes.index(byteCount)
  }

  private func kind(_ block: UInt) -> SpanKind? { PageMap.record(block)?.pointee.kind }

  private func slice(_ block: UInt) -> UInt { block & ~PageMap.sliceMask }

  private func isKept(_ block: UInt) -> Bool {
    guard owner(block) == SpanOwner.central, kind(block) == .small else { return false }
    return PageMap.record(block)?.pointee.state.map { $0.freeCount == $0.capacity } == true
  }

  /// The blocks of so many full spans of a thread that has ended; 64 blocks each.
  private func fullSpans(_ test: TestHeap, _ count: Int) -> [[UInt]] {
    guard let thread = test.makeThread() else { return [] }
    test.thread = thread
    let spans = (0..<count).map { _ in (0..<64).map { _ in test.allocate(1024).address } }
    test.end(thread)
    #expect(spans.allSatisfy { owner($0[0]) == SpanOwner.full })
    return spans
  }

  /// Frees all blocks of so many spans, without a cache; a block of each.
  private func emptySpans(_ test: TestHeap, _ count: Int) -> [UInt] {
    let spans = fullSpans(test, count)
    for block in spans.joined() { test.free(block) }
    return spans.map { $0[0] }
  }

  @Test func fourOfAClassStay() throws {
    try withHeap { test in
      let spans = emptySpans(test, 6)
      #expect(spans.prefix(4).allSatisfy { isKept($0) })
      #expect(spans.dropFirst(4).allSatisfy { owner($0) == 0 && kind($0) == .freeDirty })
      #expect(list(test).pointee.emptyCount == 4)
      let census = test.heap.census()
      #expect(census.liveCount == 0)
      #expect(census.classes[test.heap.classes.index(1024)].spanCount == 4)
      #expect(test.heap.checkInvariants() == nil)
      // Each class has its own.
      let thread = try #require(test.makeThread())
      test.thread = thread
      let other = test.allocate(5000).address
      test.free(other)
      test.end(thread)
      #expect(isKept(other) && list(test, of: 5000).pointee.emptyCount == 1)
    }
  }

  @Test func nextThreadTakesTheirSlices() throws {
    try withHeap { test in
      let spans = emptySpans(test, 2)
      let used = test.heap.storage.pointee.pageHeap.usedBytes
      let thread = try #require(test.makeThread())
      test.thread = thread
      let blocks = (0..<128).map { _ in test.allocate(1024).address }
      #expect(Set(blocks).count == 128)
      #expect(Set(blocks.map { slice($0) }) == Set(spans.map { slice($0) }))
      #expect(test.heap.storage.pointee.pageHeap.usedBytes == used)
      #expect(list(test).pointee.emptyCount == 0)
      // And leaves the one that it empties itself.
      for block in blocks.suffix(64) { test.free(block) }
      test.end(thread)
      #expect(isKept(blocks[127]) && owner(blocks[0]) == SpanOwner.full)
      #expect(list(test).pointee.emptyCount == 1)
      let next = try #require(test.makeThread())
      test.thread = next
      #expect(slice(test.allocate(1024).address) == slice(blocks[127]))
    }
  }

  /// Its first block is no reason to take it out of the list, and its last one is not counted twice.
  @Test func blocksFreedIntoTheListLeaveTheCountRight() throws {
    try withHeap { test in
      let spans = fullSpans(test, 2)
      for block in spans[0].dropLast() { test.free(block) }
      #expect(list(test).pointee.emptyCount == 0 && owner(spans[0][0]) == SpanOwner.central)
      test.free(spans[0][63])
      #expect(list(test).pointee.emptyCount == 1 && isKept(spans[0][0]))
      // As a thread that set a remote bit and finds that another has collected it.
      let kept = PageMap.record(spans[0][0])?.pointee.state
      let state = try #require(kept)
      let isKeptStill = list(test).pointee.keepEmpty(state)
      #expect(isKeptStill)
      #expect(list(test).pointee.emptyCount == 1)
      for block in spans[1] { test.free(block) }
      #expect(list(test).pointee.emptyCount == 2)
    }
  }

  @Test func trimGivesThemBack() throws {
    try withHeap { test in
      let spans = emptySpans(test, 3)
      let thread = try #require(test.makeThread())
      test.thread = thread
      _ = test.heap.trim()
      #expect(spans.allSatisfy { owner($0) == 0 } && list(test).pointee.emptyCount == 0)
      #expect(kind(spans[0]) == .freeClean)
      test.end(thread)
      #expect(test.problemOfAnEmptyHeap == nil)
    }
  }

  /// Ticks by frees of medium blocks.
  @Test func secondTickGivesThemBack() {
    let delay = 20
    withHeap(purgeDelay: delay) { test in
      let medium = (0..<3).map { _ in test.allocate(100_000).address }
      func tickAfterDelay(_ index: Int) {
        usleep(UInt32(2000 * delay))
        test.free(medium[index])
      }
      let spans = fullSpans(test, 3)
      // The first of the list keeps a block.
      test.free(spans[0][0])
      for block in spans[1] + spans[2] + spans[0].dropFirst(2) { test.free(block) }
      #expect(isKept(spans[1][0]) && isKept(spans[2][0]) && list(test).pointee.emptyCount == 2)
      tickAfterDelay(0)
      #expect(isKept(spans[1][0]) && isKept(spans[2][0]))
      #expect(test.heap.checkInvariants() == nil)
      test.free(spans[0][1])
      #expect(list(test).pointee.emptyCount == 3)
      tickAfterDelay(1)
      #expect(owner(spans[1][0]) == 0 && owner(spans[2][0]) == 0)
      // It became empty after the first tick.
      #expect(isKept(spans[0][0]) && list(test).pointee.emptyCount == 1)
      tickAfterDelay(2)
      #expect(owner(spans[0][0]) == 0 && list(test).pointee.emptyCount == 0)
    }
  }

  @Test func ticksBeforeTheDelayLeaveThem() {
    withHeap(purgeDelay: 3_600_000) { test in
      let medium = (0..<10).map { _ in test.allocate(100_000).address }
      let spans = emptySpans(test, 2)
      for block in medium { test.free(block) }
      #expect(spans.allSatisfy { isKept($0) })
    }
  }

  /// Medium blocks, and small ones of another class.
  @Test(arguments: [60_000, 9_000])
  func theyServeBeforeMemoryIsRefused(byteCount: Int) throws {
    try withHeap { test in
      let thread = try #require(test.makeThread())
      let spans = emptySpans(test, 3)
      test.thread = thread
      test.pages.refuse([.reserve, .commit], after: 0)
      var slices = Set<UInt>()
      while true {
        let block = test.allocate(byteCount).address
        if block == 0 { break }
        slices.insert(slice(block))
      }
      #expect(spans.allSatisfy { slices.contains(slice($0)) })
      #expect(list(test).pointee.emptyCount == 0)
    }
  }

  @Test func withoutADelayNoneStays() throws {
    try withHeap(purgeDelay: 0) { test in
      let spans = emptySpans(test, 2)
      #expect(spans.allSatisfy { owner($0) == 0 } && kind(spans[0]) == .freeClean)
      let thread = try #require(test.makeThread())
      test.thread = thread
      let block = test.allocate(1024).address
      test.free(block)
      test.end(thread)
      #expect(owner(block) == 0 && list(test).pointee.emptyCount == 0)
      #expect(list(test).pointee.count.load(ordering: .relaxed) == 0)
    }
  }
}
