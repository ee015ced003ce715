// How spans change hands: the cases that Heap+Remote and Heap+Threads tell of, one by one.

import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

@Suite struct OwnershipTests {
  private func cache(_ thread: TestHeap.Thread) -> UInt {
    if case .cache(let cache) = thread { return cache.owner }
    return 0
  }

  /// A full span of 1024-byte blocks, by `thread`, which has begun the next span.
  private func fullSpan(_ test: TestHeap, _ thread: TestHeap.Thread) -> [UInt] {
    test.thread = thread
    let blocks = (0..<65).map { _ in test.allocate(1024).address }
    #expect(owner(blocks[0]) == SpanOwner.full && owner(blocks[64]) == cache(thread))
    return Array(blocks.prefix(64))
  }

  @Test func freeOfAnotherThreadsBlockSetsTheRemoteBitAndTheOwnerCollectsIt() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = (0..<64).map { _ in test.allocate(1024).address }
      test.thread = second
      test.free(blocks[7])
      #expect(PageMap.record(blocks[7])?.pointee.state?.remoteFreeCount == 0)
      _ = test.heap.trim()
      #expect(owner(blocks[7]) == cache(first))
      #expect(PageMap.record(blocks[7])?.pointee.state?.remoteFreeCount == 1)
      #expect(test.heap.checkInvariants() == nil)
      test.thread = first
      #expect(test.allocate(1024).address == blocks[7])
    }
  }

  @Test func freeIntoAFullSpanTakesIt() {
    withTwoThreads { test, first, second in
      let blocks = fullSpan(test, first)
      test.thread = second
      let own = test.allocate(1024).address
      test.free(blocks[3])
      #expect(owner(blocks[3]) == cache(second))
      #expect(PageMap.record(blocks[3])?.pointee.state?.freeCount == 1)
      #expect(test.heap.checkInvariants() == nil)
      for _ in 1..<64 {
        #expect(PageMap.record(test.allocate(1024).address) == PageMap.record(own))
      }
      #expect(test.allocate(1024).address == blocks[3])
    }
  }

  /// A thread that takes no blocks of the class leaves the span to others.
  @Test func freeIntoAFullSpanOfAClassThatTheThreadHasNotMakesItCentral() {
    withTwoThreads { test, first, second in
      let blocks = fullSpan(test, first)
      test.thread = second
      _ = test.allocate(2048)
      test.free(blocks[3])
      #expect(owner(blocks[3]) == SpanOwner.central)
      #expect(PageMap.record(blocks[3])?.pointee.state?.freeCount == 1)
      #expect(test.heap.checkInvariants() == nil)
      #expect(test.allocate(1024).address == blocks[3] && owner(blocks[3]) != SpanOwner.central)
    }
  }

  @Test func freeIntoAFullSpanWithoutACacheMakesItCentral() {
    withTwoThreads { test, first, second in
      let blocks = fullSpan(test, first)
      test.thread = .ended
      test.free(blocks[3])
      #expect(owner(blocks[3]) == SpanOwner.central)
      test.free(blocks[4])
      #expect(test.heap.checkInvariants() == nil)
      test.thread = second
      let taken = [test.allocate(1024).address, test.allocate(1024).address]
      #expect(Set(taken) == [blocks[3], blocks[4]])
    }
  }

  @Test func lastFreeIntoACentralSpanKeepsItUntilTrim() {
    withTwoThreads { test, first, _ in
      let blocks = fullSpan(test, first)
      test.thread = .ended
      for block in blocks { test.free(block) }
      #expect(owner(blocks[0]) == SpanOwner.central)
      #expect(PageMap.record(blocks[0])?.pointee.state?.freeCount == 64)
      #expect(test.heap.checkInvariants() == nil)
      _ = test.heap.trim()
      #expect(owner(blocks[0]) == 0)
      #expect(PageMap.record(blocks[0])?.pointee.kind == .freeClean)
    }
  }

  @Test func lastFreeByTheOwnerPutsTheSpanIntoTheStash() {
    withTwoThreads { test, first, _ in
      let blocks = fullSpan(test, first)
      for block in blocks { test.free(block) }
      #expect(PageMap.record(blocks[0])?.pointee.kind == .stashed)
      // And from there into the next span of any class.
      let other = (0..<2000).map { _ in test.allocate(48).address }
      #expect(other.contains { $0 >= blocks[0] && $0 < blocks[0] + 65536 })
    }
  }

  @Test func threadThatEndsLeavesItsSpansToOthers() {
    withTwoThreads { test, first, second in
      test.thread = first
      let kept = test.allocate(1024).address
      let span = PageMap.record(kept)
      _ = test.allocate(48)
      let empty = test.allocate(5000).address
      test.free(empty)
      test.end(first)
      #expect(owner(kept) == SpanOwner.central && owner(empty) == SpanOwner.central)
      #expect(PageMap.record(empty)?.pointee.state.map { $0.freeCount == $0.capacity } == true)
      #expect(test.heap.census().threadCacheCount == 1)
      #expect(test.heap.checkInvariants() == nil)
      test.thread = second
      #expect(PageMap.record(test.allocate(1024).address) == span)
      test.free(kept)
      _ = test.heap.trim()
      #expect(owner(empty) == 0 && PageMap.record(empty)?.pointee.kind == .freeClean)
    }
  }

  @Test func threadKeepsOnlyTwoSpansThatOthersMade() {
    withTwoThreads { test, first, second in
      let spans = (0..<30).map { _ in fullSpan(test, first) }
      test.thread = second
      #expect(owner(test.allocate(1024).address) == cache(second))
      for span in spans { test.free(span[0]) }
      let owners = spans.map { owner($0[0]) }
      #expect(owners.filter { $0 == cache(second) }.count == 2)
      #expect(owners.filter { $0 == SpanOwner.central }.count == 28)
    }
  }

  @Test func threadsWithoutACacheShareOne() {
    withTwoThreads { test, first, _ in
      test.thread = .ended
      let block = test.allocate(100).address
      let shared = test.heap.storage.pointee.caches.shared
      #expect(block != 0 && shared?.owner == owner(block))
      test.free(block)
      #expect(test.heap.checkInvariants() == nil)
      test.thread = first
    }
  }

  @Test func blocksMadeAndFreedInASlowPathAreMappingsOfTheirOwn() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = fullSpan(test, first)
      let medium = test.allocate(100_000).address
      ThreadFlags.insert(ThreadFlags.busy)
      let block = test.heap.allocate(100, alignment: 64).address
      let large = test.heap.allocate(200_000)
      #expect(PageMap.record(block)?.pointee.kind == .emergency && large.isZero)
      #expect(test.heap.usableSize(block) >= 100 && test.heap.usableSize(large.address) >= 200_000)
      test.heap.free(blocks[0])
      test.heap.free(medium)
      ThreadFlags.remove(ThreadFlags.busy)
      // The remote bit waits for the next free into the span.
      #expect(owner(blocks[0]) == SpanOwner.full)
      test.thread = second
      test.free(blocks[1])
      test.free(block)
      test.free(large.address)
      #expect(PageMap.record(block)?.pointee.kind == .tombstone)
      #expect(PageMap.record(blocks[0])?.pointee.state?.freeCount == 2)
    }
  }

  @Test func childOfAForkAdoptsTheCachesOfThreadsThatAreGone() {
    withTwoThreads { test, first, second in
      test.thread = first
      let kept = test.allocate(1024).address
      test.thread = second
      test.heap.prepareFork()
      // As in the child: `first` is no thread there.
      test.heap.finishForkInChild()
      #expect(test.heap.storage.pointee.caches.orphans != nil)
      let block = test.allocate(1024).address
      #expect(PageMap.record(block) == PageMap.record(kept) && owner(kept) == cache(second))
      #expect(test.heap.storage.pointee.caches.orphans == nil)
      test.heap.prepareFork()
      test.heap.finishForkInParent()
      #expect(test.allocate(1024).address != 0 && test.allocate(3 << 20).address != 0)
    }
  }

  /// A program frees a block here and there and allocates another, while all spans of the class are full.
  @Test func fullSpansThatBringFewBlocksGetAnotherSpan() {
    withOneThread { test, cache in
      let byteCount = 1024
      var blocks = (0..<64 * 16).map { _ in test.allocate(byteCount).address }
      let sizeClass = test.heap.classes.index(byteCount)
      var slowCalls = 0
      for step in 0..<4000 {
        let place = step * 389 % blocks.count
        test.free(blocks[place])
        if cache.pointee.current[sizeClass].pointee.currentWord.pointee.claimed == 0 {
          slowCalls += 1
        }
        blocks[place] = test.allocate(byteCount).address
      }
      #expect(slowCalls < 1000, "\(slowCalls)")
      let spans = Set(blocks.compactMap { PageMap.record($0) })
      #expect(spans.count <= 18)
      for block in blocks { test.free(block) }
    }
  }
}
