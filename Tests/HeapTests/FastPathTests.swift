// What the fast paths take and give back, what they refuse, and what they leave to finishFree.

import CShims
import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

@Suite struct FastPathTests {
  typealias Cache = UnsafeMutablePointer<ThreadCache>

  private func withHeap(_ body: (TestHeap, Cache) -> Void) {
    guard let test = TestHeap(purgeDelay: -1), let cache = test.heap.makeCache() else {
      Issue.record("no heap")
      return
    }
    test.thread = .cache(cache)
    body(test, cache)
    #expect(test.heap.checkInvariants() == nil)
    test.close()
  }

  private func state(_ block: UInt) -> UnsafeMutablePointer<SpanState>? {
    PageMap.record(block)?.pointee.state
  }

  private func isFree(_ block: UInt) -> Bool? {
    PageMap.record(block)?.index(block).flatMap { state(block)?.isFree($0) }
  }

  @Test func takeByClassSelectsAnotherOpenedWord() {
    withHeap { test, _ in
      for byteCount in [64, 512] {
        let blocks = (0..<128).map { _ in test.allocate(byteCount).address }
        #expect(
          Cache.takeDirect(UInt(byteCount)) == nil && Cache.takeByClass(UInt(byteCount)) == nil)
        #expect(Cache.giveBack(blocks[5]))
        // The word in use is the second one.
        #expect(Cache.takeDirect(UInt(byteCount)) == nil)
        #expect(Cache.takeByClass(UInt(byteCount)) == blocks[5])
        #expect(Cache.giveBack(blocks[6]) && Cache.takeDirect(UInt(byteCount)) == blocks[6])
      }
    }
  }

  /// What another thread freed is collected before a freed block is given out again.
  @Test func takeByClassLeavesRemoteFreesToTheSlowPath() {
    withHeap { test, cache in
      let blocks = (0..<128).map { _ in test.allocate(64).address }
      test.thread = .ended
      test.free(blocks[9])
      test.thread = .cache(cache)
      #expect(Cache.giveBack(blocks[5]) && Cache.takeByClass(64) == nil)
      #expect(
        Set([test.allocate(64).address, test.allocate(64).address]) == [blocks[5], blocks[9]])
    }
  }

  @Test func giveBackRefusesWhatIsNoLiveBlockOfTheThread() {
    withHeap { test, cache in
      let block = test.allocate(112).address
      let own = state(block)
      let medium = test.allocate(100_000).address
      let large = test.allocate(5 << 20).address
      test.thread = .ended
      let shared = test.allocate(112).address
      test.thread = .cache(cache)
      let gap = block & ~PageMap.sliceMask
      let free = own?.freeCount
      for address in [
        0, 1, .max, gap, gap + 8, block + 1, block + 16, shared, medium, medium + 65536, large,
      ] {
        #expect(!Cache.giveBack(address) && !test.heap.finishFree(address), "\(address)")
      }
      #expect(own?.freeCount == free && isFree(shared) == false)
      #expect(Cache.giveBack(block))
      #expect(!Cache.giveBack(block) && !test.heap.finishFree(block))
      #expect(own?.freeCount == 585)
    }
  }

  // MARK: The countdown

  @Test func countdownOfTheCurrentSpanBeginsAgain() {
    withHeap { test, _ in
      let blocks = (0..<100).map { _ in test.allocate(64).address }
      for block in blocks.prefix(63) { #expect(Cache.giveBack(block)) }
      #expect(!test.heap.finishFree(blocks[0]))
      #expect(!Cache.giveBack(blocks[63]) && isFree(blocks[63]) == true)
      #expect(state(blocks[63])?.pointee.countdown == 0)
      #expect(test.heap.finishFree(blocks[63]))
      #expect(state(blocks[63])?.pointee.countdown == 64)
      #expect(!test.heap.finishFree(blocks[63]))
    }
  }

  @Test func lastFreeOfAPartialSpanFinishesIt() {
    withHeap { test, cache in
      let blocks = (0..<65).map { _ in test.allocate(1024).address }
      // The first free takes the full span.
      for block in blocks.prefix(63) { test.free(block) }
      #expect(state(blocks[0])?.pointee.position == .partial)
      #expect(!Cache.giveBack(blocks[63]))
      #expect(PageMap.record(blocks[0])?.pointee.kind == .small)
      #expect(test.heap.finishFree(blocks[63]))
      #expect(PageMap.record(blocks[0])?.pointee.kind == .stashed)
      #expect(cache.pointee.stashCount == 1 && swiftmalloc_ready_cache() == cache.owner)
    }
  }

  /// A handler's free comes between the fast path and its end.
  @Test func countdownBelowZeroIsFinishedAsWell() {
    withHeap { test, _ in
      let blocks = (0..<100).map { _ in test.allocate(64).address }
      for block in blocks.prefix(63) { #expect(Cache.giveBack(block)) }
      #expect(!Cache.giveBack(blocks[63]))
      #expect(Cache.giveBack(blocks[64]))
      #expect(state(blocks[63])?.pointee.countdown == -1)
      #expect(test.heap.finishFree(blocks[63]))
      #expect(state(blocks[63])?.pointee.countdown == 64)
    }
  }
}
