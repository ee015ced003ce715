// Gives unused pages of small spans back to the system: their holes (SpanHoles), by malloc_trim all that can be had, and by
// age those that were holes at two looks with a purge delay in between. A thread looks after its own spans, and after
// those of the central lists, which it takes out one by one: no lock is held while the system is called.
//
//   a pass    looks at each partial span of the cache once, at some at a time, so that no call takes long; and at the
//             current spans: one without a live block at two looks is given up

import Memory
import Platform
import Synchronization

extension Heap {
  /// Spans that one call looks at.
  private static var lookLimit: Int { 128 }
  /// Milliseconds between two looks, however short the purge delay is: a look is no free.
  private static var leastDelay: UInt32 { 10 }

  /// Gives back all holes of the cache's spans, the current ones among them, and of the central lists. Returns the bytes.
  func purgeHoles(of cache: Cache?) -> Int {
    var purged = 0
    for sizeClass in 0..<classes.count {
      if let cache {
        letCurrentWait(sizeClass, cache)
        var next = cache.pointee.partial[sizeClass]
        while let state = next {
          next = state.next
          purged += purge(state.holes(), of: state)
        }
      }
      purged += purgeCentral(sizeClass, limit: .max) { $0.holes() }
    }
    return purged
  }

  /// Gives back what the cache of threads that have ended can spare, some spans at a time: forks wait for its lock.
  func trimSharedCache() -> Int {
    var purged = 0
    var sizeClass = 0
    var begins = true
    while sizeClass < classes.count {
      pageHeap.gate.letForksPass()
      caches.sharedLock.lock()
      defer { caches.sharedLock.unlock() }
      guard let cache = caches.shared else { break }
      if begins {
        flushPending(cache)
        letCurrentWait(sizeClass, cache)
        cache.pointee.nextLooked = cache.pointee.partial[sizeClass]
      }
      for _ in 0..<Self.lookLimit {
        guard let state = cache.pointee.nextLooked else { break }
        cache.pointee.nextLooked = state.next
        purged += purge(state.holes(), of: state)
      }
      flushStash(cache)
      begins = cache.pointee.nextLooked == nil
      if begins { sizeClass += 1 }
    }
    return purged
  }

  // Puts the span that malloc takes from where it belongs, as one that waits.
  private func letCurrentWait(_ sizeClass: Int, _ cache: Cache) {
    let state = cache.pointee.current[sizeClass]
    if state == emptyState { return }
    setCurrent(emptyState, sizeClass, cache)
    state.close(emptyWord)
    state.list = .none
    requeue(state.record, state, cache)
  }

  /// Goes on with the pass, or begins one when a purge delay has passed since the last. Slow path: busy.
  func purgeIdlePages(_ cache: Cache, now: UInt32, delay: UInt32) {
    let wait = max(delay, Self.leastDelay)
    // Unsigned: the first look is due, whatever the clock says.
    if now &- cache.pointee.lookTime < wait { return }
    var state = cache.pointee.nextLooked
    for _ in 0..<Self.lookLimit {
      while state == nil {
        let sizeClass = cache.pointee.lookClass
        if sizeClass == classes.count { return finishPass(cache, now) }
        cache.pointee.lookClass = sizeClass + 1
        leaveUnused(sizeClass, cache)
        state = cache.pointee.partial[sizeClass]
      }
      guard let looked = state else { break }
      _ = purge(idleHoles(looked), of: looked)
      state = looked.next
    }
    cache.pointee.nextLooked = state
  }

  private func finishPass(_ cache: Cache, _ now: UInt32) {
    cache.pointee.lookClass = 0
    cache.pointee.nextLooked = nil
    cache.pointee.lookTime = now
  }

  // Gives the span up that malloc takes from when it has no live block at two looks: its thread has no use for it.
  private func leaveUnused(_ sizeClass: Int, _ cache: Cache) {
    let state = cache.pointee.current[sizeClass]
    if state == emptyState { return }
    let isUnused = state.hasNoLiveBlock
    // No span that waits has holes only.
    if isUnused, state.record.idlePages == .max { return letCurrentWait(sizeClass, cache) }
    state.record.idlePages = isUnused ? .max : 0
  }

  // Holes that were so at the last look; remembers those there are now.
  private func idleHoles(_ state: State) -> UInt16 {
    let holes = state.holes()
    let idle = holes & state.record.idlePages
    state.record.idlePages = holes
    return idle
  }

  /// As `purgeIdlePages`, of the central lists: some spans of each, which come to the end of their list.
  func purgeIdlePagesOfCentralSpans(now: UInt32, delay: UInt32) {
    let last = storage.pointee.centralLookTime.load(ordering: .relaxed)
    let wait = max(delay, Self.leastDelay)
    if now &- last < wait { return }
    // Of several threads one.
    let (isFirst, _) = storage.pointee.centralLookTime.compareExchange(
      expected: last, desired: now, ordering: .relaxed)
    if !isFirst { return }
    for sizeClass in 0..<classes.count {
      _ = purgeCentral(sizeClass, limit: Self.lookLimit) { idleHoles($0) }
    }
  }

  private func purgeCentral(_ sizeClass: Int, limit: Int, _ pages: (State) -> UInt16) -> Int {
    var purged = 0
    for _ in 0..<min(central[sizeClass].count.load(ordering: .relaxed), limit) {
      pageHeap.gate.enter()
      defer { pageHeap.gate.leave() }
      guard let state = takeCentral(SpanOwner.moving, sizeClass, { $0.firstInUse }) else { break }
      purged += purge(pages(state), of: state)
      moveToCentral(state.record, state)
    }
    return purged
  }

  // Gives back the pages of which the bits are set, but for those that are gone. Returns the bytes. What the system
  // refuses is not tried again.
  func purge(_ holes: UInt16, of state: State) -> Int {
    let record = state.record
    var left = holes & ~record.gonePages
    record.gonePages |= left
    var purged = 0
    while left != 0 {
      let first = left.trailingZeroBitCount
      let count = (~(left >> UInt16(first))).trailingZeroBitCount
      let byteCount = count * System.pageSize
      let start = record.start + UInt(first * System.pageSize)
      if pageHeap.pages.purge(start, byteCount: byteCount) { purged += byteCount }
      left &= UInt16.max << UInt16(first + count)
    }
    if purged > 0 { storage.pointee.holeBytes.wrappingAdd(purged, ordering: .relaxed) }
    Policy.Observer.purged(.holes, purged)
    return purged
  }
}
