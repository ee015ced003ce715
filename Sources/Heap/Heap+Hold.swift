// All other threads are kept out of a heap, while somebody looks at all of its blocks (malloc_disable). Slow paths are kept out
// by locks, as before a fork. Fast paths take none: they are kept out as those of sleeping threads are (Heap+Sleepers), but of
// threads that are awake:
//
//   1   every cache is taken whose thread is in no slow path: its next one waits
//   2   their gates are closed: each fast path leads to a slow one
//   3   all locks are taken, and no thread is between the instructions of a fast path any more
//
// As there, time stands in for a fence. A thread that does not come out in time, as it waits for one of our locks or was
// suspended by a signal handler, is left as it is.

import Memory
import Platform
import Synchronization

extension Heap {
  // Milliseconds that threads get to come out of a path.
  private static var patience: Int { 100 }

  /// Keeps all other threads out until `letGo`. The caller is in a slow path of the process' heap, and stays there.
  @inline(never)
  package func hold() {
    caches.lookLock.lock()
    pageHeap.gate.announceFork()
    caches.sleepersLock.lock()
    if !caches.hasLostThreads {
      var rounds = Self.patience
      while !takeCaches(), rounds > 0 {
        Futex.sleep(milliseconds: 1)
        rounds -= 1
      }
    }
    takeLocksBehindSleepers()
    // Threads may have begun meanwhile.
    if !caches.hasLostThreads { _ = takeListed() }
    waitForFastPaths()
  }

  /// Lets the other threads go on. By who called `hold`, perhaps in the child of a fork since.
  @inline(never)
  package func letGo() {
    forEachTaken { giveBack($0) }
    caches.isLookDue.store(true, ordering: .relaxed)
    giveLocksBehindSleepersBack()
    caches.sleepersLock.unlock()
    pageHeap.gate.dismissFork()
    caches.lookLock.unlock()
  }

  /// Whether block `index` of the record's span waits in a thread's cache. Between `hold` and `letGo`, of a block of this heap.
  package func isWaiting(_ record: Record, _ index: Int) -> Bool {
    hasCache { $0.isPending(record, index) }
  }

  /// The same of any block of the span.
  package func waits(_ record: Record) -> Bool { hasCache { $0.isPending(record) } }

  private func hasCache(_ body: (Cache) -> Bool) -> Bool {
    var next = caches.head ?? caches.orphans
    var isOrphan = caches.head == nil
    while let cache = next {
      if body(cache) { return true }
      next = cache.pointee.next
      if next == nil, !isOrphan {
        isOrphan = true
        next = caches.orphans
      }
    }
    return false
  }

  // MARK: Caches

  // Nobody but who holds `sleepersLock` takes a cache, and one that is taken stays in the list. Threads do not end while the
  // registry is locked, nor when their cache was taken outside of their slow paths. Whether all were taken.
  private func takeCaches() -> Bool {
    caches.lock.lock()
    defer { caches.lock.unlock() }
    return takeListed()
  }

  private func takeListed() -> Bool {
    var hasTaken = false
    forEachOther { cache in
      while !cache.isTaken {
        hasTaken = cache.take(from: cache.pointee.rest.load(ordering: .relaxed)) || hasTaken
      }
    }
    if !hasTaken { return true }
    Futex.sleep(milliseconds: 1)
    var areOut = true
    forEachTaken { cache in
      // Acquire: partner is the end of the thread's slow path.
      if cache.pointee.isBusy.load(ordering: .acquiring), !cache.isAwaited {
        giveBack(cache)
        areOut = false
      } else {
        closeAllGates(cache)
      }
    }
    return areOut
  }

  // Nobody knows what the thread of a cache without a mark does.
  private func forEachOther(_ body: (Cache) -> Void) {
    var next = caches.head
    while let cache = next {
      next = cache.pointee.next
      if cache != threads.cache, cache.pointee.threadMark != 0 { body(cache) }
    }
  }

  private func forEachTaken(_ body: (Cache) -> Void) { forEachOther { if $0.isTaken { body($0) } } }

  private func waitForFastPaths() {
    for _ in 0..<Self.patience {
      Futex.sleep(milliseconds: 1)
      var areOut = true
      forEachTaken { cache in
        if cache.isInFastPath, !cache.isInSlowPath { areOut = false }
        // The thread was about to let a block wait when the gate was closed.
        if cache.pointee.pendingBytes != Cache.closedPending {
          cache.pointee.pendingBytes = Cache.closedPending
          areOut = false
        }
      }
      if areOut { return }
    }
  }

  // MARK: Gates

  // Its thread opens the gates, whether they are closed or not.
  private func giveBack(_ cache: Cache) {
    cache.pointee.restTime = System.milliseconds
    cache.letGo(CacheRest.closed)
  }

  private func closeAllGates(_ cache: Cache) {
    closeGates(cache)
    for sizeClass in 0..<classes.count {
      var next = cache.pointee.partial[sizeClass]
      while let state = next {
        next = state.next
        state.record.pointee.owner.store(SpanOwner.moving, ordering: .releasing)
      }
    }
  }
}
