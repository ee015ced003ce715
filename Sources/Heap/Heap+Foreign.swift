// Frees of blocks in spans that are not the calling thread's, and how spans change hands.
//
//   owner               what a free by another thread does
//   another cache       sets the remote bit, without a look at the owner's words, which the owner
//                       writes all the time; the owner collects it, and finds a double free then
//   full                takes the span, becomes its owner, and frees the block as its own
//   central             frees the block under the list's lock
//
// A full span has no owner, so the blocks that a thread allocated and left are not stuck with it,
// asleep or ended: whoever frees them gets the span and the memory. A thread keeps only a few spans
// per class that others made; the rest goes to the central list, where every thread finds it.

import Memory
import Platform
import Synchronization

extension Heap where Pages: PageSource {
  /// Partial spans of one class that a thread keeps though another thread made them. With 16, 64
  /// threads that free each other's blocks hold twice the memory (0.94 GB against 0.43 GB), and a
  /// pair of producer and consumer is not quicker.
  private var foreignLimit: UInt8 { 2 }

  /// Frees block `index` of a span whose owner is not `cache`. `cache` is nil when the thread has
  /// none, or is a signal handler that must not touch it.
  func freeForeign(_ record: Record, _ index: Int, _ address: UInt, _ cache: Cache?, isBusy: Bool) {
    while true {
      guard let state = record.pointee.state else { BadFree.freedSpan(address, record) }
      switch record.pointee.owner.load(ordering: .acquiring) {
      case SpanOwner.full where !isBusy:
        if let cache {
          if claim(record, for: cache.owner) {
            settle(record, state, freeing: index, address, cache)
            return
          }
        } else if moveFullToCentral(record, index, address) {
          return
        }
      case SpanOwner.central where !isBusy:
        if freeCentrally(record, index, address) { return }
      default:
        freeRemotely(record, state, index, address, cache, isBusy: isBusy)
        return
      }
    }
  }

  private func freeRemotely(
    _ record: Record, _ state: State, _ index: Int, _ address: UInt, _ cache: Cache?, isBusy: Bool
  ) {
    let bit: UInt64 = 1 << UInt64(index & 63)
    let word = state.remoteWords + index >> 6
    // Release: partner is the owner's exchange; what the program wrote into the block is before.
    let old = word.pointee.bitwiseOr(bit, ordering: .acquiringAndReleasing).oldValue
    if old & bit != 0 { BadFree.doubleFree(address, blockSize: Int(record.pointee.blockSize)) }
    if old != 0 { return }
    // Until this bit is set the block is not collected, so the span is not released under us.
    _ = state.summary.pointee.bitwiseOr(
      1 << UInt64(index >> 6), ordering: .sequentiallyConsistent)
    if !isBusy { resolve(record, cache) }
  }

  /// Looks after a remote bit whose span may have lost its owner meanwhile.
  private func resolve(_ record: Record, _ cache: Cache?) {
    switch record.pointee.owner.load(ordering: .sequentiallyConsistent) {
    case SpanOwner.full:
      if let cache {
        if claim(record, for: cache.owner), let state = record.pointee.state {
          settle(record, state, freeing: nil, 0, cache)
        }
      } else {
        _ = moveFullToCentral(record, nil, 0)
      }
    case SpanOwner.central:
      _ = freeCentrally(record, nil, 0)
    default:
      break
    }
  }

  /// Finds a place for a span that this cache has just claimed, after freeing a block of it.
  private func settle(
    _ record: Record, _ state: State, freeing index: Int?, _ address: UInt, _ cache: Cache
  ) {
    _ = collect(state)
    if let index {
      checkIsLive(state, index, address)
      _ = state.setLocal(index)
    }
    place(record, state, cache)
  }

  /// Puts a span that the cache owns, and that is in no list, where it belongs.
  func place(_ record: Record, _ state: State, _ cache: Cache) {
    let sizeClass = Int(record.pointee.sizeClass)
    while true {
      let free = state.freeCount
      let used = state.capacity - free
      if used == 0 {
        retire(state, cache)
      } else if free == 0 {
        if releaseOwnership(record, state, cache) {
          _ = collect(state)
          continue
        }
      } else if state.pointee.home != cache.owner
        && cache.pointee.foreignCounts[sizeClass] >= foreignLimit
      {
        moveToCentral(record, state)
      } else {
        state.pointee.countdown = Int32(used)
        cache.pushPartial(state, sizeClass)
      }
      return
    }
  }

  /// Puts a span that the caller owns, and that is in no list, into the central list of its class.
  func moveToCentral(_ record: Record, _ state: State) {
    let list = storage.pointee.central + Int(record.pointee.sizeClass)
    state.close(emptyWord)
    list.pointee.lock.lock()
    list.pointee.push(state)
    state.pointee.countdown = Int32(state.capacity - state.freeCount)
    // Sequentially consistent, partner is `freeRemotely`, as in `releaseOwnership`.
    record.pointee.owner.store(SpanOwner.central, ordering: .sequentiallyConsistent)
    settleCentrally(list, record, state)
  }

  /// Takes a full span without a cache to own it, frees a block of it (or only collects), and puts
  /// it into the central list. False when another thread was first.
  private func moveFullToCentral(_ record: Record, _ index: Int?, _ address: UInt) -> Bool {
    guard claim(record, for: SpanOwner.moving), let state = record.pointee.state else {
      return false
    }
    _ = collect(state)
    if let index {
      checkIsLive(state, index, address)
      _ = state.setLocal(index)
    }
    moveToCentral(record, state)
    return true
  }

  /// Frees a block (or only collects) under the central list's lock. False when the span is not in
  /// the list (any more).
  private func freeCentrally(_ record: Record, _ index: Int?, _ address: UInt) -> Bool {
    let list = storage.pointee.central + Int(record.pointee.sizeClass)
    list.pointee.lock.lock()
    // All three again under the lock: the record may serve another span by now.
    guard record.pointee.owner.load(ordering: .acquiring) == SpanOwner.central,
      list == storage.pointee.central + Int(record.pointee.sizeClass),
      let state = record.pointee.state, state.pointee.position == .central
    else {
      list.pointee.lock.unlock()
      return false
    }
    if let index {
      if state.isFree(index) {
        list.pointee.lock.unlock()
        checkIsLive(state, index, address)
        return true
      }
      _ = state.setLocal(index)
      state.pointee.countdown -= 1
    }
    settleCentrally(list, record, state)
    return true
  }

  /// Collects remote frees of a span in the central list, takes it out if it is empty, and unlocks.
  private func settleCentrally(
    _ list: UnsafeMutablePointer<CentralList>, _ record: Record, _ state: State
  ) {
    if state.summary.pointee.load(ordering: .sequentiallyConsistent) != 0 {
      state.pointee.countdown -= Int32(collect(state))
    }
    // The countdown spares the count of all bits at each free.
    if state.pointee.countdown > 0 || state.freeCount < state.capacity {
      list.pointee.lock.unlock()
      return
    }
    list.pointee.remove(state)
    record.pointee.owner.store(0, ordering: .sequentiallyConsistent)
    list.pointee.lock.unlock()
    retire(state, nil)
  }
}
