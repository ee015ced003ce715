// The heap's housekeeping, done by whoever comes through a slow path: freed pages that are older
// than the purge delay go back to the system. In a process with threads the helper does the same when
// nobody comes (Helper).

import Memory
import Platform
import Synchronization

extension Heap {
  private static var helperSteps: Int { 100 }
  /// Bytes that went back, of which an idle process has the system make no huge pages again.
  private static var leastKept: Int { 4 << 20 }

  var purgeDelay: Int { pageHeap.settings.purgeDelay }

  /// Costs few loads while nothing waits to be purged.
  func tick(_ cache: Cache?) {
    if Policy.Sampler.isThere, let cache { noteSampling(cache) }
    let hasStash = cache?.hasStash ?? false
    guard
      hasStash || isTimeToLook(cache) || pageHeap.purgeIsDue.load(ordering: .relaxed)
        || large.runs.purgeIsDue.load(ordering: .relaxed)
        || budget.isOwed
    else { return }
    dropExcess()
    if purgeDelay >= 0 { tickSlowly(cache) }
  }

  // To look for unused pages at every call would cost more than it brings.
  private func isTimeToLook(_ cache: Cache?) -> Bool {
    guard let cache else { return false }
    cache.pointee.ticks &+= 1
    return cache.pointee.ticks & 63 == 0
  }

  /// By the helper thread, a purge delay after the last call: gives back what is older, and in a program that was idle since
  /// all that can be had. Whether that was anything.
  package func purgeInBackground(isIdle: Bool) -> Bool {
    guard threads.enterSlowPath() else { return false }
    defer { threads.leaveSlowPath() }
    return purgeInside(isIdle: isIdle)
  }

  /// The same in a slow path.
  package func purgeInside(isIdle: Bool) -> Bool {
    if isIdle {
      let purged = releaseAll(nil)
      Policy.Observer.purged(.idle, purged)
      let holes = storage.pointee.holeBytes.exchange(0, ordering: .relaxed)
      if purged + holes >= Self.leastKept { keepHoles(true) }
      return purged > 0
    }
    keepHoles(false)
    // Program threads do this step by step, the helper has time.
    for _ in 0..<Self.helperSteps {
      let purge = purgeSleepers(now: System.milliseconds, delay: UInt32(purgeDelay))
      Policy.Observer.purged(.sleepers, purge.byteCount)
      if !purge.goesOn { break }
    }
    for _ in 0..<Self.helperSteps { if !tickSlowly(nil) { break } }
    return true
  }

  /// The same of a heap that nobody else uses meanwhile. Whether something waits for its time.
  package func purgeByAge() -> Bool {
    dropExcess()
    if purgeDelay >= 0 { tickSlowly(threads.cache) }
    return pageHeap.purgeIsDue.load(ordering: .relaxed)
      || large.runs.purgeIsDue.load(ordering: .relaxed)
  }

  // Whether there may be more that is old enough.
  @inline(never) @discardableResult
  private func tickSlowly(_ cache: Cache?) -> Bool {
    var purgedRuns = 0
    let now = System.milliseconds
    let age = UInt32(purgeDelay)
    if let cache {
      flushPending(cache)
      // Within a millisecond nothing becomes due.
      if cache.pointee.tickTime == now, age > 0 { return false }
      cache.pointee.tickTime = now
      if cache.stashIsOlder(than: age, now: now) {
        flushStash(cache)
        sweep(cache)
      }
      purgeIdlePages(cache, now: now, delay: age)
    }
    // Not under the lock of the shared cache, which forks take after those of a look.
    if cache == nil || cache != caches.shared {
      Policy.Observer.purged(.sleepers, purgeSleepers(now: now, delay: age).byteCount)
    }
    if pageHeap.purgeDeadlineHasPassed(now) {
      releaseEmpty(all: false, timestamp: now &- age)
      purgedRuns = pageHeap.purge(age: age, now: now, timesOut: true, keepsRecent: true)
      // After the purge, which may have forgotten a request that came meanwhile.
      purgeIdlePagesOfCentralSpans(now: now, delay: age)
      if hasCentralSpans { pageHeap.requestPurge(now) }
      if let cache { sweep(cache) }
    }
    pageHeap.releaseOldAddresses(age: age, now: now, metadata)
    if large.runs.purgeDeadlineHasPassed(now) {
      purgedRuns += large.purge(age: age, now: now, timesOut: true, keepsRecent: true)
    }
    Policy.Observer.purged(.age, purgedRuns)
    return purgedRuns > 0
  }

  /// Gives back what is kept beyond the budget, and a little more, so that the next slices do not need it again. Slow
  /// path: busy.
  func dropExcess() {
    if !budget.isOwed { return }
    let bySpans = budget.takeOwed(.spans)
    let byLargeBlocks = budget.takeOwed(.largeBlocks)
    var purged = 0
    if bySpans > 0 { purged = pageHeap.trim(bySpans + max(bySpans / 8, 1 << 20)) }
    if byLargeBlocks > 0 {
      purged += large.runs.trim(byLargeBlocks + max(byLargeBlocks / 8, 1 << 20))
    }
    Policy.Observer.purged(.budget, purged)
  }

  private var hasCentralSpans: Bool {
    for sizeClass in 0..<classes.count
    where central[sizeClass].count.load(ordering: .relaxed) > 0 { return true }
    return false
  }

  /// Gives back the empty spans of the central lists that nobody took since the last call, or all. Whether there
  /// were some.
  @discardableResult
  func releaseEmpty(all: Bool, timestamp: UInt32) -> Bool {
    var hasReleased = false
    for sizeClass in 0..<classes.count {
      let list = central + sizeClass
      while list.pointee.count.load(ordering: .relaxed) > 0 {
        pageHeap.gate.enter()
        defer { pageHeap.gate.leave() }
        list.pointee.lock.lock()
        let state = list.pointee.takeOldEmpty(all: all)
        state?.pointee.record.pointee.owner.store(0, ordering: .sequentiallyConsistent)
        list.pointee.lock.unlock()
        guard let state else { break }
        let record = state.record
        freeState(state)
        pageHeap.free(record, timestamp)
        hasReleased = true
      }
    }
    return hasReleased
  }

  /// Looks at the partial spans of one class, a bounded number of them, for those that other
  /// threads have emptied meanwhile.
  private func sweep(_ cache: Cache) {
    let sizeClass = cache.pointee.nextSweptClass
    cache.pointee.nextSweptClass = sizeClass + 1 < classes.count ? sizeClass + 1 : 0
    collectPartial(cache, sizeClass, limit: 64)
  }

  private func collectPartial(_ cache: Cache, _ sizeClass: Int, limit: Int) {
    var candidate = cache.pointee.partial[sizeClass]
    var looked = 0
    while let state = candidate, looked < limit {
      candidate = state.next
      looked += 1
      if state.summary.pointee.load(ordering: .relaxed) == 0 { continue }
      _ = collect(state)
      if state.isEmpty {
        cache.removePartial(state, sizeClass)
        retire(state, cache)
      }
    }
  }

  /// Gives back everything that can be had at once: the stash, spans that other threads emptied,
  /// and all dirty pages. Returns the bytes. malloc_trim(3).
  package func releaseAll(_ cache: Cache?) -> Int {
    if let cache {
      flushPending(cache)
      for sizeClass in 0..<classes.count { collectPartial(cache, sizeClass, limit: .max) }
    }
    var holes = purgeHoles(of: cache)
    if let cache { flushStash(cache) }
    holes += trimOthers()
    let now = System.milliseconds
    releaseEmpty(all: true, timestamp: now)
    let purged =
      large.purge(age: 0, now: now) + pageHeap.purge(age: 0, now: now, timesOut: false)
    large.runs.releaseAddresses(atOnce: true, metadata)
    pageHeap.releaseAddresses(atOnce: true, metadata)
    return purged + holes
  }

  // What belongs to other threads, and to threads that have ended. Who waits here for one that began later need not do it
  // again.
  func trimOthers() -> Int {
    let begun = caches.trimsBegun.load(ordering: .acquiring)
    caches.lookLock.lock()
    defer { caches.lookLock.unlock() }
    if caches.trimsEnded &- begun > 0 { return 0 }
    let number = caches.trimsBegun.add(1, ordering: .relaxed).newValue
    defer { caches.trimsEnded = number }
    while adoptOrphan() {}
    return trimSleepers() + trimSharedCache()
  }

  /// When the system has no more memory: gives back what is only kept for later. True when there
  /// was something.
  func releaseReserves(_ cache: Cache?) -> Bool {
    var hasReleased = false
    if let cache {
      hasReleased = cache.pointee.pendingPlaces != 0
      flushPending(cache)
      hasReleased = hasReleased || cache.hasStash
      flushStash(cache)
    }
    if releaseEmpty(all: true, timestamp: System.milliseconds) { hasReleased = true }
    let cached = large.purge(age: 0, now: System.milliseconds)
    // Of what was purged before, too: addresses count as data, and as address space.
    if large.runs.releaseArenas(metadata) || cached > 0 { hasReleased = true }
    return pageHeap.releaseArenas(metadata) || hasReleased
  }
}
