// The end of a thread's rest, by the thread itself: its next slow call, or its end. What others closed is opened again, and
// if somebody works on the cache just now, the thread waits, for the time of one span.

import Memory
import Platform
import Synchronization

extension Heap {
  /// As `ThreadAccess.enterSlowPath`; then the cache is the thread's own, and open.
  package func enterSlowPath() -> Bool {
    if !threads.enterSlowPath() { return false }
    wakeOwn()
    return true
  }

  /// The thread's cache is its own and open, in a slow path.
  @inline(__always)
  func wakeOwn() { if threads.isResting, let cache = threads.cache { wake(cache) } }

  /// Ends the cache's rest. By its thread, which is in a slow path.
  @inline(never)
  func wake(_ cache: Cache) {
    while true {
      cache.waitWhileTaken()
      let rest = cache.pointee.rest.load(ordering: .relaxed)
      if rest == CacheRest.active { return }
      // Acquire: partner is the release in `letGo`.
      let isAwake = cache.pointee.rest.compareExchange(
        expected: rest, desired: CacheRest.active, ordering: .acquiring
      ).exchanged
      if !isAwake { continue }
      caches.isLookDue.store(true, ordering: .relaxed)
      if rest != CacheRest.watched { open(cache) }
      return
    }
  }

  /// Opens a cache that was closed. Its thread is in a slow path, or there is none any more.
  func open(_ cache: Cache) {
    cache.pointee.restClass = nil
    cache.pointee.restNext = nil
    while let state = cache.popLeft() {
      // No other became current meanwhile.
      state.record.pointee.owner.store(cache.owner, ordering: .releasing)
      state.list = .current
      setCurrent(state, Int(state.record.sizeClass), cache)
    }
    for sizeClass in 0..<classes.count {
      var next = cache.pointee.partial[sizeClass]
      while let state = next {
        state.record.pointee.owner.store(cache.owner, ordering: .releasing)
        next = state.next
      }
    }
    cache.recountPending()
  }
}

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// Takes one of the spans that malloc took from before the rest.
  func popLeft() -> UnsafeMutablePointer<SpanState>? {
    guard let state = pointee.left else { return nil }
    pointee.left = state.next
    state.next = nil
    return state
  }

  func pushLeft(_ state: UnsafeMutablePointer<SpanState>) {
    state.list = .none
    state.next = pointee.left
    pointee.left = state
  }
}
