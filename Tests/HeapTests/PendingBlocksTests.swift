// What a flush is made of: blocks by word and by span, and the mark of those that wait.

import Memory
import TestPages
import Testing

@testable import Heap

@Suite struct PendingBlocksTests {
  // MARK: By word

  @Test(arguments: [16, 48, 1024, 20_480])
  func blocksOfAWordHaveTheirAddresses(byteCount: Int) throws {
    try withTwoThreads { test, first, _ in
      test.thread = first
      let count = PageMap.sliceSize / byteCount
      let blocks = (0..<count).map { _ in test.allocate(byteCount).address }
      let record = try #require(PageMap.record(blocks[0]))
      var random = SeededRandom(seed: UInt64(byteCount))
      for word in 0...(count - 1) / 64 {
        let own = blocks.filter { record.index($0).map { $0 >> 6 } == word }
        let some = own.filter { _ in random.below(2) == 0 } + own.prefix(1)
        var bits: UInt64 = 0
        for block in some { bits |= 1 << UInt64((record.index(block) ?? 0) & 63) }
        let list = BlocksOfWord(word: word, bits: bits)
        var found: [UInt] = []
        list.forEachAddress(record) { found.append($0) }
        #expect(found == Set(some).sorted() && list.count == found.count)
        #expect(list.firstIndex(in: .max) == record.index(found[0]))
        #expect(BlocksOfWord(record.index(found[0]) ?? 0).word == word)
      }
    }
  }

  /// 64 spans have a place each; the one after them takes the first one's.
  @Test func spansThatShareAPlace() throws {
    try withTwoThreads { test, first, second in
      let cache = try #require(second.cache)
      test.thread = first
      let blocks = (0..<65 * 3).map { _ in test.allocate(20_480).address }
      let spans = Dictionary(grouping: blocks) { $0 >> PageMap.sliceShift }
      let places = Dictionary(grouping: spans.keys) { $0 & 63 }
      guard let shared = places.values.first(where: { $0.count > 1 }) else {
        Issue.record("no spans 64 slices apart")
        return
      }
      let one = spans[shared[0]] ?? []
      let other = spans[shared[1]] ?? []
      test.thread = .ended
      for block in [one[0], other[0]] { test.free(block) }
      test.thread = second
      test.free(one[1])
      #expect(cache.pendingCount == 1 && isFree(one[1]) == false)
      test.free(other[1])
      #expect(cache.pendingCount == 1 && isFree(one[1]) == true && isFree(other[1]) == false)
      test.free(other[2])
      #expect(cache.pendingCount == 2 && test.heap.checkInvariants() == nil)
    }
  }

  @Test func placeWithoutBlocksHidesNoOther() throws {
    try withTwoThreads { test, first, second in
      let cache = try #require(second.cache)
      test.thread = first
      let block = test.allocate(48).address
      test.thread = second
      test.free(block)
      let place = cache.pointee.pendingPlaces.trailingZeroBitCount
      // As a signal handler may leave it.
      cache.pointee.pendingPlaces = .max
      _ = test.heap.trim()
      #expect(place < 64 && cache.pointee.pendingPlaces == 0 && isFree(block) == true)
    }
  }

  // MARK: The mark

  /// Whoever gets it again: the owner, or the thread that freed it into the central list.
  @Test(arguments: [16, 48, 1024, 16_384], [false, true])
  func blocksThatMallocGivesBearNoMark(byteCount: Int, ends: Bool) {
    withTwoThreads { test, first, second in
      test.thread = first
      let count = min(63, PageMap.sliceSize / byteCount - 1)
      let blocks = (0..<count).map { _ in test.allocate(byteCount).address }
      #expect(blocks.allSatisfy { !PendingMark.isSet($0) })
      test.thread = second
      for block in blocks { test.free(block) }
      #expect(second.cache?.pendingCount == count)
      #expect(blocks.allSatisfy { PendingMark.isSet($0) })
      test.thread = first
      let others = (0..<count).map { _ in test.allocate(byteCount).address }
      #expect(others.allSatisfy { !blocks.contains($0) && !PendingMark.isSet($0) })
      if ends { test.end(first) }
      test.thread = second
      if !ends {
        _ = test.heap.trim()
        test.thread = first
      }
      var again = Set<UInt>()
      for _ in 0..<2 * PageMap.sliceSize / byteCount {
        let block = test.allocate(byteCount).address
        #expect(!PendingMark.isSet(block))
        again.insert(block)
      }
      #expect(again.isSuperset(of: blocks))
    }
  }

  /// What the program wrote there is no second free.
  @Test func liveBlockWithTheMarkIsFreed() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = (0..<4).map { _ in test.allocate(48).address }
      for block in blocks { PendingMark.set(block) }
      test.free(blocks[0])
      test.thread = second
      test.free(blocks[1])
      test.free(blocks[2])
      #expect(second.cache?.pendingCount == 2)
      _ = test.heap.trim()
      let state = PageMap.record(blocks[0])?.pointee.state
      #expect(state?.remoteFreeCount == 2)
      test.thread = first
      test.free(blocks[3])
    }
  }
}
