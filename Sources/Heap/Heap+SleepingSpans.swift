// What is done with a cache that was taken from a sleeping thread (Heap+Sleepers): its gates are closed, and later its spans
// give back what can be had. A gate is what a fast path reads after its mark and before it touches a span or a block that
// waits:
//
//   malloc        the cache's entry of the size: the empty state
//   free          the owner of the block's span: `moving`
//   a free that lets the block wait     the bytes that wait already: too many
//
// Spans are walked in the order of the lists, some at a time. One whose gate is open is closed; one that was found closed
// has been so since an earlier walk, and is the caller's.

import Memory
import Platform
import Synchronization

extension Heap {
  /// Looks that find a thread in a fast path before it is let go for longer: a signal handler may have come between.
  private static var tryLimit: UInt8 { 16 }
  /// Delays after which a thread that is in a slow path since it is watched is waited for no more.
  private static var busyLimit: UInt32 { 8 }

  /// Works on a taken cache that rested so, for `limit` spans at most; how it rests afterwards.
  func purge(
    _ cache: Cache, resting rest: UInt32, limit: Int, _ look: inout SleeperLook
  ) -> UInt32 {
    // Acquire: partner is the end of the thread's slow path.
    if cache.pointee.isBusy.load(ordering: .acquiring) {
      cache.pointee.lookNumber = caches.lookNumber
      let isLong = look.now &- cache.pointee.restTime > Self.busyLimit * look.delay
      return rest == CacheRest.watched && isLong ? CacheRest.active : rest
    }
    if cache.pointee.restClass == nil {
      cache.beginWalk()
      if rest == CacheRest.watched {
        closeGates(cache)
      } else if cache.isInFastPath {
        return retryLater(cache, look)
      } else {
        emptyPending(cache)
        flushStash(cache, look)
        placeLeft(cache, &look)
      }
    }
    if !walk(cache, limit: limit, &look) { return CacheRest.closed }
    cache.endWalk(look.now, caches.lookNumber)
    return cache.pointee.hasNewlyClosed ? CacheRest.closed : CacheRest.resting
  }

  // MARK: Gates

  func closeGates(_ cache: Cache) {
    for sizeClass in 0..<classes.count {
      let state = cache.pointee.current[sizeClass]
      if state == emptyState { continue }
      setCurrent(emptyState, sizeClass, cache)
      state.record.pointee.owner.store(SpanOwner.moving, ordering: .releasing)
      cache.pushLeft(state)
    }
    cache.pointee.pendingBytes = Cache.closedPending
    cache.pointee.hasNewlyClosed = true
  }

  private func retryLater(_ cache: Cache, _ look: SleeperLook) -> UInt32 {
    cache.endWalk(look.now, caches.lookNumber)
    cache.pointee.tries += 1
    if cache.pointee.tries < Self.tryLimit { return CacheRest.closed }
    cache.pointee.tries = 0
    cache.pointee.restCount = 1
    return CacheRest.resting
  }

  // MARK: What a cache keeps

  // The blocks are freed as by a thread without a cache: their spans are to be nobody's that may come to use them.
  private func emptyPending(_ cache: Cache) {
    // The thread was about to let a block wait when the gate was closed.
    if cache.pointee.pendingBytes != Cache.closedPending {
      cache.pointee.hasNewlyClosed = true
    } else {
      flushPending(cache, for: nil)
    }
    cache.pointee.pendingBytes = Cache.closedPending
  }

  private func flushStash(_ cache: Cache, _ look: borrowing SleeperLook) {
    while let record = cache.popStash() {
      Policy.Observer.add(.stashed, -PageMap.sliceSize)
      pageHeap.free(record, look.freeTime)
    }
  }

  // Finds places for the spans that malloc took from.
  private func placeLeft(_ cache: Cache, _ look: inout SleeperLook) {
    while let state = cache.popLeft() {
      state.close(emptyWord)
      repeat {
        _ = collect(state)
        if state.isEmpty {
          release(state, &look)
        } else if state.freeCount > 0 {
          cache.pushPartial(state, Int(state.record.sizeClass))
        } else if releaseOwnership(state.record, state, SpanOwner.moving) {
          continue
        }
        break
      } while true
    }
  }

  private func release(_ state: State, _ look: inout SleeperLook) {
    let record = state.record
    freeState(state)
    pageHeap.free(record, look.freeTime)
    look.hasReleased = true
  }

  // MARK: Spans

  // Goes on with the walk; whether it is at its end.
  private func walk(_ cache: Cache, limit: Int, _ look: inout SleeperLook) -> Bool {
    var left = min(limit, look.spans)
    while let sizeClass = cache.pointee.restClass, sizeClass < classes.count {
      var next = cache.pointee.restNext ?? cache.pointee.partial[sizeClass]
      while let state = next {
        if left == 0 || cache.isAwaited {
          cache.pointee.restNext = state
          return false
        }
        left -= 1
        look.spans -= 1
        next = state.next
        visit(state, sizeClass, cache, &look)
      }
      cache.pointee.restNext = nil
      cache.pointee.restClass = sizeClass + 1
    }
    return true
  }

  private func visit(
    _ state: State, _ sizeClass: Int, _ cache: Cache, _ look: inout SleeperLook
  ) {
    cache.pointee.restCount += 1
    let record = state.record
    if record.pointee.owner.load(ordering: .relaxed) != SpanOwner.moving {
      record.pointee.owner.store(SpanOwner.moving, ordering: .releasing)
      cache.pointee.hasNewlyClosed = true
      return
    }
    _ = collect(state)
    if state.isEmpty {
      cache.removePartial(state, sizeClass)
      cache.pointee.restCount -= 1
      release(state, &look)
    } else {
      look.byteCount += purge(state.holes(), of: state)
    }
  }
}

extension UnsafeMutablePointer where Pointee == ThreadCache {
  fileprivate func beginWalk() {
    pointee.restClass = 0
    pointee.restNext = nil
    pointee.restCount = 0
    pointee.hasNewlyClosed = false
  }

  fileprivate func endWalk(_ now: UInt32, _ lookNumber: UInt32) {
    pointee.restClass = nil
    pointee.restTime = now
    pointee.lookNumber = lookNumber
  }
}
