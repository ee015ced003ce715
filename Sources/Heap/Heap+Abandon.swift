// A heap that serves no allocation any more, of which blocks live on: the caches of threads are
// emptied, so that its spans are the central lists' and each free of a last block gives the slice
// back.

import Memory
import Platform
import Synchronization

extension Heap {
  /// Gives the thread's cache away that it had. Slow path: busy.
  package func leave(_ cache: Cache) {
    cache.pointee.isBusy.store(true, ordering: .relaxed)
    abandonAll(cache)
  }

  /// Gives away what the caches of threads have that make no slow call of the heap now; they keep
  /// an empty cache. Takes some milliseconds where there are such threads. Slow path: busy.
  package func emptyCachesOfOthers() {
    caches.lookLock.lock()
    defer { caches.lookLock.unlock() }
    if threadCount == 0 { return }
    _ = trimSleepers()
    caches.sleepersLock.lock()
    caches.lock.lock()
    var next = caches.head
    while let cache = next {
      next = cache.pointee.next
      if cache.pointee.threadMark == 0 || !cache.take(from: CacheRest.resting) { continue }
      // Their gates stay closed.
      abandonSpans(cache, SpanOwner.moving)
      cache.letGo(CacheRest.resting)
    }
    caches.lock.unlock()
    caches.sleepersLock.unlock()
  }

  /// Whether no block is live, and no slice in use. Slow path: busy.
  package func askEmpty() -> Bool {
    while adoptOrphan() {}
    caches.sharedLock.lock()
    if let cache = caches.shared {
      caches.shared = nil
      abandonAll(cache)
    }
    caches.sharedLock.unlock()
    if Policy.Sampler.isThere { releaseEmptySampled() }
    _ = releaseEmpty(all: true, timestamp: System.milliseconds)
    pageHeap.lock.lock()
    defer { pageHeap.lock.unlock() }
    return pageHeap.usedBytes == 0 && large.blockCount == 0
  }
}
