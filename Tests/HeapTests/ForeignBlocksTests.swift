// Blocks of other threads' spans wait in the cache that frees them: how long, and where they go.

import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

@Suite struct ForeignBlocksTests {
  typealias State = UnsafeMutablePointer<SpanState>

  /// `second` frees blocks of `first`'s.
  private func withHeap(
    purgeDelay: Int = -1,
    _ body: (_ test: TestHeap, _ first: TestHeap.Thread, _ second: TestHeap.Thread) -> Void
  ) {
    guard let test = TestHeap(purgeDelay: purgeDelay), let first = test.makeThread(),
      let second = test.makeThread()
    else {
      Issue.record("no heap")
      return
    }
    body(test, first, second)
    #expect(test.heap.checkInvariants() == nil)
    test.close()
  }

  private func owner(_ block: UInt) -> UInt {
    PageMap.record(block)?.pointee.owner.load(ordering: .relaxed) ?? 0
  }

  private func isFree(_ block: UInt) -> Bool? {
    guard let record = PageMap.record(block), let index = record.index(block) else { return nil }
    return record.pointee.state?.isFree(index)
  }

  private func blocks(_ test: TestHeap, _ count: Int, of byteCount: Int) -> [UInt] {
    (0..<count).map { _ in test.allocate(byteCount).address }
  }

  private func fullSpan(_ test: TestHeap, of byteCount: Int) -> [UInt] {
    let blocks = blocks(test, PageMap.sliceSize / byteCount + 1, of: byteCount)
    #expect(owner(blocks[0]) == SpanOwner.full)
    return blocks.dropLast()
  }

  @Test func sixtyFourBlocksAreFreedTogether() {
    withHeap { test, first, second in
      test.thread = first
      let blocks = blocks(test, 200, of: 48)
      test.thread = second
      for block in blocks.prefix(63) { test.free(block) }
      #expect(second.cache?.pointee.foreignCount == 63)
      #expect(blocks.allSatisfy { isFree($0) == false })
      test.free(blocks[150])
      #expect(second.cache?.pointee.foreignCount == 0 && second.cache?.pointee.foreignBytes == 0)
      for (index, block) in blocks.enumerated() {
        #expect(isFree(block) == (index < 63 || index == 150), "block \(index)")
      }
      // By words, each with its bit in the summary.
      let state = PageMap.record(blocks[0])?.pointee.state
      #expect(state?.remoteFreeCount == 64)
      #expect(state?.summary.pointee.load(ordering: .relaxed) == 0b101)
      #expect(owner(blocks[0]) == first.cache?.owner)
      #expect(test.heap.checkInvariants() == nil)
      // A block that was freed so may be freed again once it was given out again.
      for block in blocks[64..<127] { test.free(block) }
      test.thread = first
      let again = Set(self.blocks(test, 1200, of: 48))
      #expect(blocks.prefix(63).allSatisfy { again.contains($0) })
      test.thread = second
      test.free(blocks[0])
      #expect(second.cache?.pointee.foreignCount == 0 && isFree(blocks[0]) == true)
    }
  }

  /// Equal blocks and a last one, with which there are 64 KiB.
  @Test(arguments: [
    (1, 32768, 32768), (3, 16384, 16384), (7, 8192, 8192), (3, 20480, 4096), (51, 1280, 256),
  ])
  func sixtyFourKibibytesAreFreedTogether(count: Int, byteCount: Int, last: Int) {
    withHeap { test, first, second in
      test.thread = first
      let blocks = blocks(test, count, of: byteCount) + [test.allocate(last).address]
      let shorter = test.allocate(16).address
      #expect(blocks.allSatisfy { owner($0) == first.cache?.owner })
      test.thread = second
      for block in blocks.dropLast() { test.free(block) }
      #expect(second.cache?.pointee.foreignBytes == PageMap.sliceSize - last)
      if last > 256 { test.free(shorter) }
      #expect(blocks.allSatisfy { isFree($0) == false })
      test.free(blocks[count])
      #expect(second.cache?.pointee.foreignCount == 0)
      #expect(blocks.allSatisfy { isFree($0) == true })
    }
  }

  @Test func trimFreesThem() {
    withHeap { test, first, second in
      test.thread = first
      let blocks = blocks(test, 10, of: 100)
      test.thread = second
      for block in blocks { test.free(block) }
      test.thread = first
      _ = test.heap.trim()
      test.thread = .ended
      _ = test.heap.trim()
      // Another thread's trim does not.
      #expect(blocks.allSatisfy { isFree($0) == false })
      test.thread = second
      _ = test.heap.trim()
      #expect(blocks.allSatisfy { isFree($0) == true })
    }
  }

  @Test func tickFreesThemWhenSomethingIsToBePurged() {
    withHeap(purgeDelay: 500) { test, first, second in
      test.thread = first
      let blocks = blocks(test, 10, of: 100)
      let medium = [test.allocate(100_000).address, test.allocate(100_000).address]
      test.thread = second
      for block in blocks { test.free(block) }
      _ = test.allocate(5000)
      #expect(second.cache?.pointee.foreignCount == 10)
      // The first look at the clock, long before the delay is over.
      test.free(medium[0])
      #expect(second.cache?.pointee.foreignCount == 0)
      #expect(blocks.allSatisfy { isFree($0) == true })
    }
    withHeap(purgeDelay: -1) { test, first, second in
      test.thread = first
      let block = test.allocate(100).address
      let medium = test.allocate(100_000).address
      test.thread = second
      test.free(block)
      test.free(medium)
      #expect(second.cache?.pointee.foreignCount == 1)
      test.end(second)
    }
  }

  @Test func threadThatEndsFreesThem() {
    withHeap { test, first, second in
      test.thread = first
      let blocks = blocks(test, 10, of: 100)
      test.thread = second
      for block in blocks { test.free(block) }
      test.end(second)
      #expect(blocks.allSatisfy { isFree($0) == true })
      #expect(owner(blocks[0]) == first.cache?.owner)
      test.end(first)
      #expect(PageMap.record(blocks[0])?.pointee.kind == .freeDirty)
    }
  }

  @Test func childOfAForkFreesThoseOfThreadsThatAreGone() {
    withHeap { test, first, second in
      test.thread = first
      let blocks = blocks(test, 10, of: 100)
      test.thread = second
      for block in blocks { test.free(block) }
      test.thread = first
      test.heap.prepareFork()
      test.heap.finishForkInChild()
      #expect(isFree(blocks[0]) == false)
      // The first new span adopts the orphan.
      _ = test.allocate(5000)
      #expect(blocks.allSatisfy { isFree($0) == true })
    }
  }

  /// Blocks that wait are memory, too: of a span in the central list, all of whose blocks they are.
  @Test func theyAreFreedBeforeMemoryIsRefused() {
    withHeap { test, first, second in
      test.thread = second
      // What the threads need beside spans is there: states, and a free slice for neither.
      let kept = (0..<2).map { _ in test.allocate(100).address }
      test.thread = first
      let block = test.allocate(20_000).address
      test.end(first)
      #expect(owner(block) == SpanOwner.central)
      test.thread = second
      test.pages.refuse([.reserve, .commit], after: 0)
      while test.allocate(60_000).address != 0 {}
      test.free(block)
      #expect(second.cache?.pointee.foreignCount == 1)
      #expect(test.allocate(9_000).address != 0)
      #expect(second.cache?.pointee.foreignCount == 0)
      for block in kept { test.free(block) }
    }
  }

  /// As above, but the block is of the class that is asked for, in a span that stays.
  @Test func theirSpanServesBeforeMemoryIsRefused() {
    withHeap { test, first, second in
      test.thread = first
      let blocks = blocks(test, 3, of: 20_000)
      test.thread = second
      test.pages.refuse([.reserve, .commit], after: 0)
      while test.allocate(60_000).address != 0 {}
      test.free(blocks[0])
      test.thread = first
      #expect(test.allocate(20_000).address == 0 && owner(blocks[0]) == SpanOwner.full)
      test.thread = second
      #expect(second.cache?.pointee.foreignCount == 1)
      #expect(test.allocate(20_000).address == blocks[0])
    }
  }

  @Test func oneFlushMeetsEveryOwner() {
    withHeap { test, first, second in
      guard let third = test.makeThread() else { return }
      test.thread = first
      let others = blocks(test, 10, of: 64)
      let full = blocks(test, 3, of: 1024)
      let claimed = blocks(test, 3, of: 2048)
      // With this one there are 64 KiB.
      let last = test.allocate(32768).address
      test.thread = third
      let central = blocks(test, 4, of: 5120)
      let emptied = blocks(test, 2, of: 6144)
      let own = blocks(test, 4, of: 3072)
      test.thread = second
      let waiting = [
        others[0], full[0], claimed[0], central[0], emptied[0], own[0], others[9], full[2],
        central[3], emptied[1], own[2],
      ]
      for block in waiting { test.free(block) }
      // The spans change hands while the blocks wait.
      test.thread = first
      _ = blocks(test, 62 + 30, of: 1024)
      _ = blocks(test, 30, of: 2048)
      test.end(third)
      test.thread = second
      #expect(test.allocate(3072).address != 0)
      test.free(claimed[1])
      #expect(second.cache?.pointee.foreignCount == waiting.count)
      #expect(waiting.allSatisfy { isFree($0) == false })
      let owners = [others, full, claimed, central, emptied, own].map { owner($0[0]) }
      let cache = second.cache?.owner ?? 0
      #expect(
        owners == [
          first.cache?.owner ?? 0, SpanOwner.full, cache, SpanOwner.central, SpanOwner.central,
          cache,
        ])
      let countdown = PageMap.record(claimed[0])?.pointee.state?.pointee.countdown ?? 0
      #expect(test.heap.checkInvariants() == nil)

      test.free(last)

      #expect(second.cache?.pointee.foreignCount == 0)
      #expect(waiting.allSatisfy { isFree($0) != false } && isFree(last) == true)
      #expect(PageMap.record(others[0])?.pointee.state?.remoteFreeCount == 2)
      #expect(owner(full[0]) == cache)
      #expect(PageMap.record(full[0])?.pointee.state?.freeCount == 2)
      let state = PageMap.record(claimed[0])?.pointee.state
      #expect(owner(claimed[0]) == cache && state?.freeCount == 2)
      #expect(state?.pointee.position == .partial && state?.pointee.countdown == countdown - 1)
      #expect(owner(central[0]) == SpanOwner.central && isFree(central[1]) == false)
      #expect(PageMap.record(emptied[0])?.pointee.kind == .freeDirty)
      #expect(PageMap.record(own[0])?.pointee.state?.pointee.position == .current)
      #expect(test.heap.checkInvariants() == nil)
    }
  }

  @Test func lastBlocksOfASpanThatBecameOwnGiveItBack() {
    withHeap { test, first, second in
      test.thread = first
      let blocks = blocks(test, 63, of: 1024)
      let last = self.blocks(test, 2, of: 32768)
      test.thread = second
      for block in blocks.prefix(62) where block != blocks[5] { test.free(block) }
      test.thread = first
      _ = test.allocate(1024)
      _ = test.allocate(1024)
      #expect(owner(blocks[0]) == SpanOwner.full)
      let filling = (blocks[0] & ~PageMap.sliceMask) + 65536 - 1024
      test.thread = second
      for block in [blocks[5], blocks[62], filling] { test.free(block) }
      #expect(owner(blocks[0]) == second.cache?.owner)
      for block in last { test.free(block) }
      #expect(PageMap.record(blocks[0])?.pointee.kind == .stashed)
      #expect(second.cache?.pointee.stashCount == 1)
    }
  }
}

extension TestHeap.Thread {
  var cache: TestHeap.Cache? {
    if case .cache(let cache) = self { return cache }
    return nil
  }
}
