// What only a heap beside the process' heap needs, of which threads have caches, too.

import Memory

extension Heap where Policy.Threads == ReadyThread {
  /// Does something as in a slow path of this heap, within one of another heap.
  package func inside<Result>(_ body: () -> Result) -> Result {
    threads.whileInside {
      wakeOwn()
      return body()
    }
  }

  /// The calling thread's cache, made if it has none; nil without memory for it, and in a signal handler.
  package func ensureCache() -> Cache? {
    if let cache = threads.cache { return cache }
    guard enterSlowPath() else { return nil }
    defer { threads.leaveSlowPath() }
    return cacheOfThisThread()
  }
}

extension Heap {
  /// Frees what waits in the calling thread's cache. Slow path: busy.
  package func flushOwnPending() { if let cache = threads.cache { flushPending(cache) } }

  /// Does something while no span or block comes or goes: what `body` reads of them is there, but bits change under it. It
  /// allocates nothing. Slow path: busy.
  package func whileStill(_ body: () -> Void) {
    large.lock.lock()
    pageHeap.lock.lock()
    metadataAllocator.lock.lock()
    body()
    metadataAllocator.lock.unlock()
    pageHeap.lock.unlock()
    large.lock.unlock()
  }
}
