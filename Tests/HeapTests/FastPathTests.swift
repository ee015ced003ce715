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

  @Test func refillingClaimsAnotherOpenedWord() {
    withOneThread { test, _ in
      for byteCount in [64, 256] {
        let blocks = (0..<128).map { _ in test.allocate(byteCount).address }
        #expect(Fast.allocate(UInt(byteCount)) == nil)
        #expect(Fast.free(blocks[5]))
        // The word in use is the second one.
        #expect(Fast.allocate(UInt(byteCount)) == nil)
        #expect(Fast.allocateRefilling(UInt(byteCount)) == blocks[5])
        // What is freed now is claimed with the next turn of the word.
        #expect(Fast.free(blocks[6]) && Fast.allocate(UInt(byteCount)) == nil)
        #expect(Fast.allocateRefilling(UInt(byteCount)) == blocks[6])
        // With no other block free a third word is opened.
        #expect(Fast.allocateRefilling(UInt(byteCount)) == nil)
        let next = test.allocate(byteCount).address
        #expect(next == blocks[127] + UInt(byteCount) && state(blocks[0])?.pointee.openedWords == 3)
      }
    }
  }

  /// What another thread freed is collected before a freed block is given out again.
  @Test func refillingLeavesRemoteFreesToTheSlowPath() {
    withOneThread { test, cache in
      let blocks = (0..<128).map { _ in test.allocate(64).address }
      test.thread = .ended
      test.free(blocks[9])
      test.thread = .cache(cache)
      #expect(Fast.free(blocks[5]) && Fast.allocateRefilling(64) == nil)
      #expect(
        Set([test.allocate(64).address, test.allocate(64).address]) == [blocks[5], blocks[9]])
    }
  }

  @Test func freeRefusesWhatIsNoLiveBlockOfTheThread() {
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
        #expect(!Fast.free(address), "\(address)")
      }
      #expect(own?.freeCount == free && isFree(shared) == false)
      #expect(Fast.free(block))
      #expect(!Fast.free(block))
      #expect(own?.freeCount == 585)
    }
  }

  /// A block that malloc has claimed is free, though its bit is not among the free ones.
  @Test func secondFreeOfAClaimedBlockIsFound() {
    withOneThread { test, _ in
      let blocks = (0..<128).map { _ in test.allocate(64).address }
      #expect(Fast.free(blocks[5]) && Fast.free(blocks[6]))
      #expect(Fast.allocateRefilling(64) == blocks[5])
      #expect(!Fast.free(blocks[6]) && !Fast.freeWord(blocks[6]) && isFree(blocks[6]) == true)
      #expect(Fast.allocate(64) == blocks[6] && Fast.free(blocks[6]))
    }
  }

  @Test func wordsThatGatherFewBlocksOpenAnother() {
    withOneThread { test, _ in
      let blocks = (0..<1024).map { _ in test.allocate(16).address }
      let opened = state(blocks[0])?.pointee.openedWords
      #expect(opened == 16)
      for step in 0..<300 {
        let block = blocks[step * 7 % 1024]
        #expect(Fast.free(block))
        _ = test.allocate(16)
      }
      #expect(state(blocks[0])!.pointee.openedWords > 16)
    }
  }

  // MARK: Words that become free

  @Test func lastBlockOfAWordIsFreedByTheSecondPath() {
    withOneThread { test, _ in
      let blocks = (0..<200).map { _ in test.allocate(64).address }
      for block in blocks.prefix(63) { #expect(Fast.free(block)) }
      #expect(!Fast.free(blocks[63]) && isFree(blocks[63]) == false)
      #expect(Fast.freeWord(blocks[63]) && isFree(blocks[63]) == true)
      #expect(state(blocks[63])?.pointee.countdown == 192)
    }
  }

  /// A span of which only the current word is in use is its thread's no longer when another one is, too.
  @Test func idleSpansAreLeft() {
    withOneThread { test, cache in
      let batches = [64, 128, 256].map { byteCount in
        (0..<200).map { _ in test.allocate(byteCount).address }
      }
      for blocks in batches { for block in blocks { test.free(block) } }
      let kinds = batches.map { PageMap.record($0[0])?.pointee.kind }
      #expect(kinds.filter { $0 == .small }.count == 1 && cache.pointee.keepsStash == false)
      #expect(cache.pointee.stashCount == 0)
      _ = test.allocate(128)
      #expect(cache.pointee.keepsStash == true)
    }
  }

  /// Every 256 frees on the current span the slow path looks at the clock.
  @Test func clockIsLookedAtBySlowPath() {
    withOneThread { test, _ in
      let blocks = (0..<300).map { _ in test.allocate(64).address }
      for block in blocks.prefix(255) { test.free(block) }
      #expect(state(blocks[0])?.pointee.countdown == 64)
      #expect(!Fast.free(blocks[255]) && !Fast.freeWord(blocks[255]))
      test.heap.free(blocks[255])
      #expect(isFree(blocks[255]) == true && state(blocks[255])?.pointee.countdown == 256)
    }
  }

  @Test func lastFreeOfAPartialSpanIsTheSlowPaths() {
    withOneThread { test, cache in
      let blocks = (0..<65).map { _ in test.allocate(1024).address }
      // The first free takes the full span.
      for block in blocks.prefix(63) { test.free(block) }
      #expect(state(blocks[0])?.pointee.list == .partial)
      #expect(!Fast.free(blocks[63]) && !Fast.freeWord(blocks[63]) && isFree(blocks[63]) == false)
      test.heap.free(blocks[63])
      #expect(PageMap.record(blocks[0])?.pointee.kind == .stashed)
      #expect(cache.pointee.stashCount == 1 && swiftmalloc_ready_cache() == cache.owner)
    }
  }

  /// The last word of a span is seldom whole: it may be the first to become free, or the last.
  @Test(arguments: [false, true])
  func spanWithAnUnevenWordIsGivenBack(isBackwards: Bool) {
    withOneThread { test, _ in
      for byteCount in [16, 48, 112, 640, 1024, 5120, 24_576, 32_768] {
        let count = PageMap.sliceSize / ((byteCount + 15) & ~15)
        let blocks = (0...count).map { _ in test.allocate(byteCount).address }
        let full = blocks.prefix(count).sorted()
        for block in isBackwards ? full.reversed() : full { test.free(block) }
        #expect(PageMap.record(blocks[0])?.pointee.kind != .small, "\(byteCount)")
      }
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
      #expect(PageMap.record(blocks[0])?.pointee.state?.pointee.list == .partial)
      let isDone = Fast.free(blocks[63])
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
