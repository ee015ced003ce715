// All blocks of a heap at once, as if each had been freed: in time that depends on the number of spans, not of
// blocks. The pages stay, as those of freed blocks do.

import Memory
import Platform

extension Heap {
  /// Frees every block. Those that signal handlers got stay. No other thread uses the heap
  /// meanwhile; it may have a cache. Slow path: busy.
  package func freeAll() {
    caches.lookLock.lock()
    caches.sleepersLock.lock()
    caches.lock.lock()
    forgetSpans(from: caches.head)
    forgetSpans(from: caches.orphans)
    caches.lock.unlock()
    for sizeClass in 0..<classes.count { central[sizeClass].forgetAll() }
    let now = System.milliseconds
    let hasSamples = Policy.Sampler.isThere && Sampling.hasBegun
    if hasSamples { sampled.forgetAll() }
    var runs = RunWalk(self)
    while let (record, _) = runs.next() {
      if hasSamples { endSamples(in: record) }
      switch record.kind {
      case .small:
        if let state = record.state { freeState(state) }
        pageHeap.free(record, now)
      case .medium: _ = freeMedium(record, record.start)
      default: break
      }
    }
    while let record = large.head {
      if hasSamples { endSamples(in: record) }
      _ = large.free(record.start, now: now)
    }
    caches.sleepersLock.unlock()
    caches.lookLock.unlock()
    tick(threads.cache)
  }

  private func forgetSpans(from first: Cache?) {
    var next = first
    while let cache = next {
      next = cache.pointee.next
      forgetSpans(cache)
    }
  }

  // No list names a span any more.
  private func forgetSpans(_ cache: Cache) {
    let isClosed = cache.pointee.pendingBytes == Cache.closedPending
    while let word = cache.takeAnyPending() {
      word.blocks.forEachAddress(word.record) { PendingMark.clear($0) }
    }
    cache.pointee.pendingBytes = isClosed ? Cache.closedPending : 0
    flushStash(cache)
    for sizeClass in 0..<classes.count {
      let current = cache.pointee.current[sizeClass]
      if current != emptyState { setCurrent(emptyState, sizeClass, cache) }
      cache.forgetPartial(sizeClass)
    }
    cache.pointee.left = nil
    cache.pointee.restClass = nil
    cache.pointee.restNext = nil
  }

  /// Whether no block is live, and no slice in use. Current spans are left first, so that the last
  /// free of a block gives its slice back: for a heap of one thread that serves no allocation any
  /// more.
  package func closeAndAskEmpty() -> Bool {
    if let cache = threads.cache {
      leaveCurrentSpans(cache)
      flushStash(cache)
      cache.pointee.keepsStash = false
    }
    if Policy.Sampler.isThere { releaseEmptySampled() }
    return pageHeap.usedBytes == 0 && large.blockCount == 0
  }
}

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// No span of the class is in the list any more.
  fileprivate func forgetPartial(_ sizeClass: Int) {
    pointee.partial[sizeClass] = nil
    pointee.partialEnd[sizeClass] = nil
    pointee.adoptedCounts[sizeClass] = 0
    pointee.partialCount = 0
    pointee.nextLooked = nil
  }
}
