// All blocks of a heap of one thread at once, as if each had been freed: in time that depends on the number of spans, not of
// blocks. The pages stay, as those of freed blocks do.

import Memory
import Platform

extension Heap where Policy.Threads == SoleThread {
  /// Frees every block. Those that signal handlers got stay.
  package func freeAll() {
    guard let cache = threads.cache else { return }
    forgetSpans(cache)
    let now = System.milliseconds
    var arena = pageHeap.arenas
    while let current = arena {
      arena = current.pointee.next
      let end = pageHeap.committedEnd(of: current)
      var address = current.pointee.start
      while address < end {
        let record = PageMap.knownRecord(address)
        // Before the run joins its neighbours.
        let byteCount = max(record.byteCount, PageMap.sliceSize)
        switch record.kind {
        case .small:
          if let state = record.state { freeState(state) }
          pageHeap.free(record, now)
        case .medium: _ = freeMedium(record, record.start)
        default: break
        }
        address += UInt(byteCount)
      }
    }
    while let record = large.head {
      _ = large.free(record.start, now: now)
    }
    tick(cache)
  }

  // No list names a span any more.
  private func forgetSpans(_ cache: Cache) {
    flushStash(cache)
    for sizeClass in 0..<classes.count {
      let current = cache.pointee.current[sizeClass]
      if current != emptyState { setCurrent(emptyState, sizeClass, cache) }
      cache.pointee.partial[sizeClass] = nil
      cache.pointee.partialEnd[sizeClass] = nil
      cache.pointee.adoptedCounts[sizeClass] = 0
    }
  }

  /// Whether no block is live, and no slice in use. Current spans are left first, so that the last free of a block gives
  /// its slice back: for a heap that serves no allocation any more.
  package func closeAndAskEmpty() -> Bool {
    if let cache = threads.cache {
      leaveCurrentSpans(cache)
      flushStash(cache)
      cache.pointee.keepsStash = false
    }
    return pageHeap.usedBytes == 0 && large.blockCount == 0
  }
}
