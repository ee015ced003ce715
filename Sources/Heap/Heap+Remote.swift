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
//
// A thread with a cache lets blocks of other threads' and of central spans wait (ThreadCache+Pending) and frees
// those of a span together.

import Memory
import Platform
import Synchronization

extension Heap {
  /// Partial spans of one class that a thread keeps though another thread made them. With 16, 64
  /// threads that free each other's blocks hold twice the memory (0.94 GB against 0.43 GB), and a
  /// pair of producer and consumer is not quicker.
  private var adoptedLimit: UInt8 { 2 }

  /// Frees blocks of the record's span at once: those that waited, and a single one for a thread without a cache, for
  /// a signal handler that must not touch it, and of a full span.
  func freeRemote(_ record: Record, _ blocks: BlocksOfWord, _ cache: Cache?, isBusy: Bool) {
    while true {
      guard record.kind == .small, let state = record.state else {
        let index = blocks.firstIndex(in: blocks.bits)
        let address = record.firstBlock + UInt(index) * UInt(record.blockSize)
        BadFree(freed: record, address).end()
      }
      let owner = record.pointee.owner.load(ordering: .acquiring)
      switch owner {
      case SpanOwner.full where !isBusy:
        if let cache {
          if claim(record, for: cache.owner) {
            requeueClaimed(record, state, freeing: blocks, cache)
            return
          }
        } else if moveFullToCentral(record, blocks) {
          return
        }
      case SpanOwner.sampled where Policy.Sampler.isThere && !isBusy:
        freeSampled(record, blocks)
        return
      case SpanOwner.central where !isBusy:
        if freeCentrally(record, blocks) { return }
      default:
        if let cache, owner == cache.owner {
          freeLocally(record, state, blocks, cache)
        } else {
          setRemoteBits(record, state, blocks, cache, isBusy: isBusy)
        }
        return
      }
    }
  }

  // The span became this cache's while the blocks waited.
  private func freeLocally(
    _ record: Record, _ state: State, _ blocks: BlocksOfWord, _ cache: Cache
  ) {
    giveBack(blocks, record, state)
    if state.list == .partial {
      wordBecameFree(state, blocks.word, cache)
    }
  }

  private func setRemoteBits(
    _ record: Record, _ state: State, _ blocks: BlocksOfWord, _ cache: Cache?,
    isBusy: Bool
  ) {
    // Release: partner is the owner's exchange; what the program wrote into the blocks is before.
    SharedCounters.count(.remoteBitsSet)
    let old = state.remoteWords(of: record)[blocks.word].bitwiseOr(
      blocks.bits, ordering: .acquiringAndReleasing
    ).oldValue
    if old & blocks.bits != 0 { freedTwice(blocks.firstIndex(in: old), record) }
    if old != 0 { return }
    // Until this bit is set the blocks are not collected, so the span is not released under us.
    SharedCounters.count(.summarySet)
    _ = state.summary(of: record).pointee.bitwiseOr(
      1 << UInt64(blocks.word), ordering: .sequentiallyConsistent)
    if !isBusy { resolve(record, cache) }
  }

  /// Looks after remote bits whose span may have lost its owner meanwhile.
  private func resolve(_ record: Record, _ cache: Cache?) {
    switch record.pointee.owner.load(ordering: .sequentiallyConsistent) {
    case SpanOwner.full:
      if let cache {
        if claim(record, for: cache.owner), let state = record.state {
          requeueClaimed(record, state, freeing: nil, cache)
        }
      } else {
        _ = moveFullToCentral(record, nil)
      }
    case SpanOwner.central:
      _ = freeCentrally(record, nil)
    default:
      break
    }
  }

  // A thread that takes no blocks of the class has no use for the span.
  private func keepsAdopted(_ cache: Cache, _ sizeClass: Int) -> Bool {
    cache.pointee.current[sizeClass] != emptyState
      && cache.pointee.adoptedCounts[sizeClass] < adoptedLimit
  }

  /// Finds a place for a span that this cache has just claimed, after freeing blocks of it.
  private func requeueClaimed(
    _ record: Record, _ state: State, freeing blocks: BlocksOfWord?, _ cache: Cache
  ) {
    // Sequentially consistent, partner is `setRemoteBits`: a thread that could not claim the span has set its bit before.
    let hasRemoteFrees = state.summary.pointee.load(ordering: .sequentiallyConsistent) != 0
    if hasRemoteFrees { _ = collect(state) }
    if let blocks { giveBack(blocks, record, state) }
    // With one free block it is neither full nor empty.
    if !hasRemoteFrees, let blocks, blocks.isOne, state.maker == cache.owner {
      cache.pushPartial(state, Int(record.sizeClass))
    } else {
      requeue(record, state, cache)
    }
  }

  /// Puts a span that the cache owns, and that is in no list, where it belongs.
  func requeue(_ record: Record, _ state: State, _ cache: Cache) {
    let sizeClass = Int(record.sizeClass)
    while true {
      let free = state.freeCount
      let used = state.capacity - free
      if used == 0 {
        retire(state, cache)
      } else if free == 0 {
        if releaseOwnership(record, state, cache.owner) {
          _ = collect(state)
          continue
        }
      } else if state.maker != cache.owner && !keepsAdopted(cache, sizeClass) {
        moveToCentral(record, state)
      } else {
        cache.pushPartial(state, sizeClass)
      }
      return
    }
  }

  /// Puts a span that the caller owns, and that is in no list, into the central list of its class.
  func moveToCentral(_ record: Record, _ state: State) {
    let list = central + Int(record.sizeClass)
    state.close(emptyWord)
    list.pointee.lock.lock()
    list.pointee.push(state)
    state.liveCount = Int16(state.capacity - state.freeCount)
    Policy.Observer.addCentral(
      Int(record.sizeClass), spans: 1, liveBlocks: Int(state.liveCount))
    // Sequentially consistent, partner is `setRemoteBits`, as in `releaseOwnership`.
    SharedCounters.count(.ownerStored)
    record.pointee.owner.store(SpanOwner.central, ordering: .sequentiallyConsistent)
    updateAndUnlock(list, record, state)
  }

  /// Takes a full span without a cache to own it, frees blocks of it, and puts it into the central list. False
  /// when another thread was first.
  private func moveFullToCentral(
    _ record: Record, _ blocks: BlocksOfWord?
  ) -> Bool {
    guard claim(record, for: SpanOwner.moving), let state = record.state else {
      return false
    }
    _ = collect(state)
    if let blocks { giveBack(blocks, record, state) }
    moveToCentral(record, state)
    return true
  }

  /// Frees blocks under the central list's lock. False when the span is not in the list (any more).
  private func freeCentrally(_ record: Record, _ blocks: BlocksOfWord?) -> Bool {
    let list = central + Int(record.sizeClass)
    list.pointee.lock.lock()
    // All three again under the lock: the record may serve another span by now.
    guard record.pointee.owner.load(ordering: .acquiring) == SpanOwner.central,
      list == central + Int(record.sizeClass),
      let state = record.state, state.list == .central
    else {
      list.pointee.lock.unlock()
      return false
    }
    if let blocks {
      let twice = state.setLocal(blocks)
      if twice != 0 {
        list.pointee.lock.unlock()
        freedTwice(blocks.firstIndex(in: twice), record)
      }
      noteFreed(blocks.count, state)
    }
    updateAndUnlock(list, record, state)
    return true
  }

  // Blocks of a span in the central list.
  private func noteFreed(_ count: Int, _ state: State) {
    state.liveCount -= Int16(count)
    Policy.Observer.addCentral(
      Int(state.record.sizeClass), spans: 0, liveBlocks: -count)
  }

  private func keepEmpty(_ state: State, _ list: UnsafeMutablePointer<CentralList<Policy>>) -> Bool
  {
    let delay = pageHeap.settings.purgeDelay
    if delay == 0 || !list.pointee.keepEmpty(state) { return false }
    pageHeap.requestPurge(System.milliseconds)
    return true
  }

  /// Collects remote frees of a span in the central list, takes it out if it is empty, and unlocks.
  private func updateAndUnlock(
    _ list: UnsafeMutablePointer<CentralList<Policy>>, _ record: Record, _ state: State
  ) {
    if state.summary.pointee.load(ordering: .sequentiallyConsistent) != 0 {
      noteFreed(collect(state), state)
    }
    if state.liveCount > 0 || state.freeCount < state.capacity
      || keepEmpty(state, list)
    {
      list.pointee.lock.unlock()
      return
    }
    list.pointee.remove(state)
    SharedCounters.count(.ownerStored)
    record.pointee.owner.store(0, ordering: .sequentiallyConsistent)
    list.pointee.lock.unlock()
    retire(state, nil)
  }
}
