// `ready`, the word that permits the fast paths: when it does not, and how it is healed.

import CShims
import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

@Suite struct ReadyTests {
  typealias Cache = UnsafeMutablePointer<ThreadCache>

  @Test func threadWithoutACacheIsNotReady() {
    withOneThread { test, cache in
      let block = test.allocate(100).address
      test.thread = .ended
      #expect(swiftmalloc_ready_cache() == UInt(SWIFTMALLOC_NO_CACHE))
      #expect(Fast.allocate(100) == nil && Fast.allocateRefilling(100) == nil)
      #expect(!Fast.free(block) && isFree(block) == false)
      #expect(!ReadyThread.isInFastPath && ReadyThread().cache == nil)
      test.thread = .cache(cache)
      #expect(swiftmalloc_ready_cache() == cache.owner)
      #expect(Fast.allocate(100) != nil && Fast.free(block) && isFree(block) == true)
    }
  }

  @Test func nothingIsTakenOrFreedBetweenTheMarks() {
    withOneThread { test, cache in
      for byteCount in [16, 100, 1024, 1025, 9000] {
        let block = test.allocate(byteCount).address
        let free = state(block)?.freeCount
        swiftmalloc_enter_fast_path()
        #expect(swiftmalloc_ready_cache() & 1 == 1)
        #expect(Fast.allocate(UInt(byteCount)) == nil)
        #expect(Fast.allocateRefilling(UInt(byteCount)) == nil)
        #expect(!Fast.free(block))
        #expect(state(block)?.freeCount == free)
        swiftmalloc_leave_fast_path(cache.owner)
        #expect(Fast.free(block) || Fast.freeWord(block))
        #expect(isFree(block) == true)
      }
    }
  }

  /// What a signal handler would find, whenever the heap asks its source of pages for something.
  private final class Found: Sendable {
    let calls = Atomic<Int>(0)
    let ready = Atomic<Int>(0)
    let marked = Atomic<Int>(0)
  }

  @Test func noSlowPathLeavesTheCacheReady() throws {
    let found = Found()
    let pages = TestPages { _, _, _ in
      // The heap and the caches are made without a thread.
      guard ReadyThread().cache != nil else { return }
      found.calls.add(1, ordering: .relaxed)
      if swiftmalloc_ready_cache() & 1 == 0 { found.ready.add(1, ordering: .relaxed) }
      if ReadyThread().cache?.pointee.isBusy.load(ordering: .relaxed) == true {
        found.marked.add(1, ordering: .relaxed)
      }
      if Fast.allocate(64) != nil { found.ready.add(1, ordering: .relaxed) }
    }
    let test = try #require(TestHeap(purgeDelay: 0, pages: pages))
    let thread = try #require(test.makeThread())
    test.thread = thread
    var blocks = [UInt]()
    for byteCount in [64, 5000, 30_000, 300_000, 5 << 20] {
      blocks += (0..<40).map { _ in test.allocate(byteCount).address }
      #expect(swiftmalloc_ready_cache() == thread.cache?.owner)
    }
    for block in blocks { test.free(block) }
    _ = test.heap.trim()
    #expect(swiftmalloc_ready_cache() == thread.cache?.owner)
    let calls = found.calls.load(ordering: .relaxed)
    #expect(calls > 20 && found.marked.load(ordering: .relaxed) == calls)
    #expect(found.ready.load(ordering: .relaxed) == 0)
    test.close()
  }

  /// A handler that came between the instructions of a fast path: bits and lists are not touched.
  @Test func handlerInAFastPathIsServedApart() {
    withOneThread { test, cache in
      let block = test.allocate(100).address
      let other = test.allocate(100_000).address
      swiftmalloc_enter_fast_path()
      let mark = swiftmalloc_ready_cache()
      #expect(ReadyThread.isInFastPath)
      let made = test.heap.allocate(100).address
      #expect(PageMap.record(made)?.pointee.kind == .emergency)
      test.heap.free(block)
      #expect(state(block)?.remoteFreeCount == 1)
      #expect(test.heap.trim() == 0 && swiftmalloc_ready_cache() == mark)
      test.heap.free(made)
      test.heap.free(other)
      #expect(PageMap.record(made)?.pointee.kind == .tombstone)
      #expect(PageMap.record(other)?.pointee.kind == .freeDirty)
      #expect(
        ThreadFlags.current & ThreadFlags.busy == 0
          && !cache.pointee.isBusy.load(ordering: .relaxed))
      swiftmalloc_leave_fast_path(cache.owner)
      #expect(PageMap.record(test.allocate(100).address) == PageMap.record(block))
    }
  }

  /// Marks a fast path in a frame far below the caller's.
  @inline(never) private func markDeeply(_ depth: Int) {
    if depth > 0 { markDeeply(depth - 1) } else { swiftmalloc_enter_fast_path() }
  }

  /// A mark whose frame is gone: a handler left the fast path by a jump. The next slow path heals it.
  @Test func staleMarkIsHealed() {
    withOneThread { test, cache in
      let block = test.allocate(100).address
      markDeeply(100)
      #expect(Fast.allocate(100) == nil && swiftmalloc_ready_cache() < swiftmalloc_stack_end())
      let next = test.heap.allocate(100).address
      #expect(PageMap.record(next) == PageMap.record(block))
      #expect(swiftmalloc_ready_cache() == cache.owner && Fast.allocate(100) != nil)

      markDeeply(100)
      #expect(!Fast.free(block))
      test.heap.free(block)
      #expect(isFree(block) == true && state(block)?.remoteFreeCount == 0)
      #expect(swiftmalloc_ready_cache() == cache.owner)
    }
    // Without a cache it is none's.
    withOneThread { test, _ in
      test.thread = .ended
      markDeeply(100)
      #expect(!ReadyThread.isInFastPath)
      #expect(swiftmalloc_ready_cache() == UInt(SWIFTMALLOC_NO_CACHE))
    }
  }

  /// It may be that of a stack which a handler left for its own.
  @Test func markInAnotherMappingIsNoStaleOne() {
    withOneThread { _, cache in
      swiftmalloc_leave_fast_path(17)
      #expect(ReadyThread.isInFastPath && swiftmalloc_ready_cache() == 17)
      swiftmalloc_leave_fast_path(cache.owner)
    }
  }

  @Test func markAboveIsNoStaleOne() {
    withOneThread { _, cache in
      swiftmalloc_leave_fast_path(.max)
      #expect(ReadyThread.isInFastPath && swiftmalloc_ready_cache() == .max)
      swiftmalloc_leave_fast_path(cache.owner)
      #expect(!ReadyThread.isInFastPath)
    }
  }
}
