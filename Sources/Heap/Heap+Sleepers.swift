// Gives back what the caches of sleeping threads keep, by whoever purges. A look goes over all caches; each cache takes part
// in three looks or more with time in between, so that no fast path needs a fence (docs/design/sleeping-threads.md):
//
//   1   it is watched: a thread sleeps that has made no slow call at the next look
//   2   its gates are closed: current spans are left, its spans are nobody's, no freed block may wait any more
//   3   its spans give their pages back (Heap+SleepingSpans)
//
// One cache at a time is taken, for some spans; if its thread comes meanwhile, it waits for one of them. No lock is held
// during system calls but those that only looks and forks take.

import Memory
import Platform
import Synchronization

/// What a look at the caches of sleeping threads brought.
package struct SleeperPurge {
  /// Bytes of pages that went back.
  package var byteCount = 0
  /// Whether another call would go on at once.
  package var goesOn = false
  /// Whether more may go back later, though no thread does anything.
  package var isMoreDue = false
}

/// How a look is done, and what it has brought.
struct SleeperLook {
  let now: UInt32
  /// Milliseconds without a slow call after which a thread sleeps.
  let delay: UInt32
  /// Milliseconds for which gates are closed before somebody relies on it.
  let settling: UInt32
  /// When empty spans count as freed.
  let freeTime: UInt32
  /// Whether active threads are watched from now on, and what rests is looked at again.
  let watches: Bool
  let revisits: Bool
  /// Spans that may be looked at.
  var spans: Int
  /// Whether a cache was watched, or closed, and is to be looked at again.
  var hasWatched = false
  var hasClosed = false
  var byteCount = 0
  /// Whether spans became free runs.
  var hasReleased = false
}

extension Heap {
  // A processor keeps a store back for microseconds. The clock may be 10 ms late.
  private static var settlingTime: UInt32 { 20 }
  /// Spans that one call looks at.
  private static var spanLimit: Int { 128 }
  /// Caches that one holder of the registry's lock looks at.
  private static var cacheLimit: Int { 256 }
  /// Looks of which one goes over the spans of caches again that rest already.
  private static var revisitInterval: UInt32 { 4 }

  /// Gives pages back that caches keep whose threads have made no slow call for `delay` milliseconds, or goes on with it:
  /// a bounded number of spans. Spans that are empty become dirty runs that are `delay` old, which the purge of runs gives
  /// back. For any thread in a slow path, and for one without a cache.
  package func purgeSleepers(now: UInt32, delay: UInt32) -> SleeperPurge {
    let isDue = caches.isLookDue.load(ordering: .relaxed)
    let isEarly =
      now &- caches.lookTime.load(ordering: .relaxed) < caches.lookWait.load(ordering: .relaxed)
    if !isDue || isEarly || !caches.lookLock.tryLock() {
      return SleeperPurge(isMoreDue: isDue)
    }
    defer { caches.lookLock.unlock() }
    if caches.looked == nil { beginLook() }
    var look = SleeperLook(
      now: now, delay: max(delay, Self.settlingTime), settling: Self.settlingTime,
      freeTime: now &- delay, watches: true,
      revisits: caches.lookNumber % Self.revisitInterval == 0, spans: Self.spanLimit)
    let isFinished = goOn(&look)
    // The looker's own cache is left to another.
    if !isFinished || look.hasWatched || look.hasClosed || threads.cache != nil {
      caches.isLookDue.store(true, ordering: .relaxed)
    }
    if look.hasClosed { caches.hasClosed = true }
    if isFinished {
      let wait = caches.hasClosed ? look.settling : look.delay
      caches.lookTime.store(now, ordering: .relaxed)
      caches.lookWait.store(wait, ordering: .relaxed)
    }
    if look.hasReleased { pageHeap.requestPurge(at: now) }
    return SleeperPurge(
      byteCount: look.byteCount, goesOn: !isFinished,
      isMoreDue: caches.isLookDue.load(ordering: .relaxed))
  }

  /// Gives back at once what the caches keep whose threads make no slow call meanwhile. Takes some milliseconds where there
  /// are such caches that do not rest yet. Returns the bytes that went back; empty spans become dirty runs.
  func trimSleepers() -> Int {
    var purged = 0
    for round in 0..<8 {
      // All that was done in looks before the last sleep has settled.
      let settling = round == 0 ? Self.settlingTime : 0
      let now = System.milliseconds
      var look = SleeperLook(
        now: now, delay: settling, settling: settling, freeTime: now,
        watches: round == 0, revisits: round == 0, spans: .max)
      beginLook()
      while !goOn(&look) {}
      purged += look.byteCount
      caches.isLookDue.store(true, ordering: .relaxed)
      if !look.hasWatched && !look.hasClosed { break }
      Futex.sleep(milliseconds: 1)
    }
    return purged
  }

  private func beginLook() {
    caches.isLookDue.store(false, ordering: .relaxed)
    caches.hasClosed = false
    caches.lookNumber &+= 1
    caches.lock.lock()
    caches.looked = caches.head
    caches.lock.unlock()
  }

  // Looks at caches until all were looked at (true), or as many spans as may be.
  private func goOn(_ look: inout SleeperLook) -> Bool {
    while look.spans > 0 {
      pageHeap.gate.letForksPass()
      caches.sleepersLock.lock()
      defer { caches.sleepersLock.unlock() }
      switch nextSleeper(&look) {
      case .end: return true
      case .later: continue
      case .taken(let cache, let rest):
        let after = purge(cache, resting: rest, limit: Self.spanLimit, &look)
        if after == CacheRest.closed { look.hasClosed = true }
        if after == CacheRest.watched { look.hasWatched = true }
        cache.letGo(after)
      }
    }
    return false
  }

  private enum NextSleeper {
    case taken(Cache, resting: UInt32)
    /// None among the caches that one holder of the lock looks at.
    case later
    case end
  }

  // Takes the next cache that is to be looked at. It stays the one that is looked at until all its spans were.
  private func nextSleeper(_ look: inout SleeperLook) -> NextSleeper {
    caches.lock.lock()
    defer { caches.lock.unlock() }
    for _ in 0..<Self.cacheLimit {
      guard let cache = caches.looked else { return .end }
      if cache.pointee.lookNumber != caches.lookNumber, let rest = takeSleeper(cache, &look) {
        return .taken(cache, resting: rest)
      }
      caches.looked = cache.pointee.next
    }
    return .later
  }

  // Takes the cache if it is time to work on it; how it rested.
  private func takeSleeper(_ cache: Cache, _ look: inout SleeperLook) -> UInt32? {
    // Nobody knows what the thread of a cache without a mark does, and a thread looks after its own cache.
    if cache.pointee.threadMark == 0 || cache == threads.cache || caches.hasLostThreads {
      return nil
    }
    let rest = cache.pointee.rest.load(ordering: .relaxed)
    let age = Int32(bitPattern: look.now &- cache.pointee.restTime)
    switch rest {
    case CacheRest.active:
      if !look.watches { return nil }
      cache.pointee.restTime = look.now
      if cache.watch() { look.hasWatched = true }
      return nil
    case CacheRest.watched:
      if age >= Int32(bitPattern: look.delay), cache.take(from: rest) { return rest }
      look.hasWatched = true
    case CacheRest.closed:
      let isTime = cache.pointee.restClass != nil || age >= Int32(bitPattern: look.settling)
      if isTime, cache.take(from: rest) { return rest }
      look.hasClosed = true
    case CacheRest.resting:
      if look.revisits, cache.pointee.restCount > 0, cache.take(from: rest) { return rest }
    default: break
    }
    return nil
  }
}
