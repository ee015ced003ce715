// What others do with the cache of a sleeping thread, step by step, and how its thread finds it.

import CShims
import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

@Suite struct SleepersTests {
  private typealias Cache = UnsafeMutablePointer<ThreadCache>

  /// A first thread that had blocks of several sizes, and sleeps with one live block; the second is the calling one.
  private func withSleeper(
    _ body: (
      _ test: TestHeap, _ cache: Cache, _ live: UInt, _ words: inout swiftmalloc_thread_state
    ) -> Void
  ) {
    withTwoThreads(purgeDelay: 500) { test, first, second in
      guard let cache = first.cache else { return }
      test.thread = first
      let blocks = (0..<3000).map { test.allocate(100 + $0 % 400).address }
      let live = test.allocate(64).address
      for block in blocks { test.free(block) }
      test.thread = second
      var words = swiftmalloc_thread_state()
      words.ready = cache.owner
      withUnsafeMutablePointer(to: &words) {
        cache.pointee.threadMark = UInt(bitPattern: $0)
        test.heap.caches.isLookDue.store(true, ordering: .relaxed)
        body(test, cache, live, &$0.pointee)
      }
      #expect(test.heap.checkInvariants() == nil)
      test.thread = first
      let again = test.allocate(64).address
      #expect(PageMap.record(again) == PageMap.record(live))
      #expect(cache.pointee.rest.load(ordering: .relaxed) == CacheRest.active)
      for block in [live, again] { test.free(block) }
      #expect(test.heap.checkInvariants() == nil)
      cache.pointee.threadMark = 0
    }
  }

  // Later than all that has happened.
  private let start = System.milliseconds &+ 100_000

  private func rest(_ cache: Cache) -> UInt32 { cache.pointee.rest.load(ordering: .relaxed) }

  @Test func trimTakesAllButTheLiveSpan() {
    withSleeper { test, cache, live, _ in
      #expect(test.heap.trim() > 0)
      #expect(rest(cache) == CacheRest.resting && cache.pointee.restCount == 1)
      #expect(cache.pointee.stashCount == 0 && cache.pointee.pendingPlaces == 0)
      #expect(owner(live) == SpanOwner.moving)
      #expect(test.heap.trim() == 0)
    }
  }

  @Test func purgeByAgeTakesThreeLooks() {
    withSleeper { test, cache, live, _ in
      #expect(test.heap.purgeSleepers(now: start, delay: 500).isMoreDue)
      #expect(rest(cache) == CacheRest.watched && owner(live) == cache.owner)
      #expect(test.heap.purgeSleepers(now: start &+ 400, delay: 500).isMoreDue)
      #expect(rest(cache) == CacheRest.watched)
      while test.heap.purgeSleepers(now: start &+ 500, delay: 500).goesOn {}
      #expect(rest(cache) == CacheRest.closed && owner(live) == SpanOwner.moving)
      // The gates have not settled.
      _ = test.heap.purgeSleepers(now: start &+ 505, delay: 500)
      #expect(rest(cache) == CacheRest.closed)
      while test.heap.purgeSleepers(now: start &+ 600, delay: 500).goesOn {}
      #expect(rest(cache) == CacheRest.resting && cache.pointee.restCount == 1)
    }
  }

  @Test func threadThatMakesASlowCallIsLetAlone() {
    withSleeper { test, cache, live, _ in
      _ = test.heap.purgeSleepers(now: start, delay: 500)
      let other = test.thread
      test.thread = .cache(cache)
      _ = test.allocate(100_000)
      test.thread = other
      #expect(rest(cache) == CacheRest.active)
      _ = test.heap.purgeSleepers(now: start &+ 500, delay: 500)
      #expect(rest(cache) == CacheRest.watched && owner(live) == cache.owner)
      // Its next call may be a quick one.
      test.thread = .cache(cache)
      _ = test.allocate(100_000)
      test.thread = other
    }
  }

  @Test func threadInASlowPathIsLetAlone() {
    withSleeper { test, cache, live, _ in
      cache.pointee.isBusy.store(true, ordering: .relaxed)
      _ = test.heap.trim()
      #expect(owner(live) == cache.owner && cache.pointee.left == nil)
      cache.pointee.isBusy.store(false, ordering: .relaxed)
    }
  }

  @Test func threadInAFastPathKeepsItsSpans() {
    withSleeper { test, cache, live, words in
      words.ready = 0x7fff_0001
      let spans = cache.pointee.current[Int(PageMap.record(live)?.pointee.sizeClass ?? 0)]
      _ = test.heap.trim()
      #expect(rest(cache) == CacheRest.closed)
      // Nobody has touched it.
      #expect(spans.record.pointee.owner.load(ordering: .relaxed) == SpanOwner.moving)
      #expect(spans.list == .none && spans.pointee.currentWord != test.heap.emptyState.localWords)
      words.ready = cache.owner
      #expect(test.heap.checkInvariants() == nil)
    }
  }

  @Test func wordsOfOtherKindsAreNoFastPath() {
    withSleeper { test, cache, _, words in
      words.ready = UInt(SWIFTMALLOC_NO_CACHE)
      #expect(!cache.isInFastPath)
      words.ready = UInt(SWIFTMALLOC_CHOSEN_HEAP)
      #expect(!cache.isInFastPath)
      words.ready = UInt(SWIFTMALLOC_NO_CACHE) + 2
      #expect(cache.isInFastPath)
      words.ready = cache.owner
      _ = test.heap.trim()
    }
  }

  @Test func blocksThatWaitAreFreed() {
    withTwoThreads(purgeDelay: 500) { test, first, second in
      guard let cache = first.cache else { return }
      test.thread = second
      let blocks = (0..<100).map { _ in test.allocate(200).address }
      test.thread = first
      for block in blocks { test.free(block) }
      #expect(cache.pendingCount > 0)
      test.thread = second
      var words = swiftmalloc_thread_state()
      words.ready = cache.owner
      withUnsafeMutablePointer(to: &words) {
        cache.pointee.threadMark = UInt(bitPattern: $0)
        _ = test.heap.trim()
        cache.pointee.threadMark = 0
      }
      #expect(cache.pendingCount == 0 && cache.pointee.pendingBytes == Cache.closedPending)
      #expect(test.heap.checkInvariants() == nil)
      test.thread = first
      _ = test.allocate(64)
      #expect(cache.pointee.pendingBytes == 0)
    }
  }
}
