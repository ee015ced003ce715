// What the fast paths take and give back, what they refuse, and what they leave to the slow ones.

import CShims
import Heap
import Memory
import Platform
import Statistics
import Synchronization
import TestPages
import Testing

@Suite struct FastPathTests {
  typealias Cache = UnsafeMutablePointer<ThreadCache>

  @Test func takeByClassSelectsAnotherOpenedWord() {
    withOneThread { test, _ in
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
    withOneThread { test, cache in
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
    withOneThread { test, cache in
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
        #expect(!Cache.giveBack(address), "\(address)")
      }
      #expect(own?.freeCount == free && isFree(shared) == false)
      #expect(Cache.giveBack(block))
      #expect(!Cache.giveBack(block))
      #expect(own?.freeCount == 585)
    }
  }

  // MARK: The countdown

  @Test func countdownOfTheCurrentSpanEndsInTheSlowPath() {
    withOneThread { test, _ in
      let blocks = (0..<100).map { _ in test.allocate(64).address }
      for block in blocks.prefix(63) { #expect(Cache.giveBack(block)) }
      #expect(state(blocks[63])?.pointee.countdown == 1)
      #expect(!Cache.giveBack(blocks[63]) && isFree(blocks[63]) == false)
      #expect(state(blocks[63])?.pointee.countdown == 1)
      test.heap.free(blocks[63])
      #expect(isFree(blocks[63]) == true && state(blocks[63])?.pointee.countdown == 64)
      #expect(Cache.giveBack(blocks[64]) && state(blocks[63])?.pointee.countdown == 63)
    }
  }

  @Test func lastFreeOfAPartialSpanIsTheSlowPaths() {
    withOneThread { test, cache in
      let blocks = (0..<65).map { _ in test.allocate(1024).address }
      // The first free takes the full span.
      for block in blocks.prefix(63) { test.free(block) }
      #expect(state(blocks[0])?.pointee.position == .partial)
      #expect(!Cache.giveBack(blocks[63]) && isFree(blocks[63]) == false)
      test.heap.free(blocks[63])
      #expect(PageMap.record(blocks[0])?.pointee.kind == .stashed)
      #expect(cache.pointee.stashCount == 1 && swiftmalloc_ready_cache() == cache.owner)
    }
  }

  /// Between the fast path and the rest of free a signal handler comes, and uses the span up to which the fast
  /// path counted.
  @Test(arguments: [false, true])
  func handlerMayTakeTheSpanThatIsToBeFinished(fills: Bool) async {
    await #expect(processExitsWith: .success) { [fills] in
      let test = try #require(TestHeap(purgeDelay: -1))
      let cache = try #require(test.heap.makeCache())
      test.thread = .cache(cache)
      let blocks = (0..<65).map { _ in test.allocate(1024).address }
      for block in blocks.prefix(63) { test.free(block) }
      #expect(PageMap.record(blocks[0])?.pointee.state?.pointee.position == .partial)
      let isDone = UnsafeMutablePointer<ThreadCache>.giveBack(blocks[63])
      // The handler: 63 blocks are left of the other span.
      let taken = (0..<(fills ? 127 : 64)).map { _ in test.heap.allocate(1024).address }
      if !isDone { test.heap.free(blocks[63]) }
      #expect(Set(taken).count == taken.count && test.heap.checkInvariants() == nil)
      #expect(test.heap.census().smallCount == taken.count + 1)
      for block in taken { test.free(block) }
      #expect(test.heap.census().smallCount == 1 && test.heap.checkInvariants() == nil)
    }
  }
}
