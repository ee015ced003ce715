// The slow half of free for small blocks of the thread's own spans, and the way of an emptied span
// back to the page heap.

import CShims
import Memory
import Platform
import Synchronization

extension Heap {
  /// All blocks of word `word` of the span are free. Slow path: busy.
  func wordBecameFree(_ state: State, _ word: Int, _ cache: Cache) {
    if state.list == .current {
      state.countdown = Self.tickInterval
      if state.isIdle(word) { leaveIdleSpans(cache, but: state) }
      tick(cache)
    } else if state.list == .partial, state.isEmpty {
      cache.removePartial(state, Int(state.record.sizeClass))
      retire(state, cache)
      noteFreed(nil, cache)
    }
  }

  /// Makes the other idle current spans partial ones, so that their last free gives them back. With two of them the thread
  /// seems to be done with what it did, and keeps no slices for more.
  private func leaveIdleSpans(_ cache: Cache, but state: State) {
    var hasOthers = false
    for sizeClass in 0..<classes.count {
      let current = cache.pointee.current[sizeClass]
      if current == state || current == emptyState || !current.isIdle(nil) { continue }
      leaveCurrent(current, sizeClass, cache)
      hasOthers = true
    }
    if !hasOthers { return }
    flushStash(cache)
    cache.pointee.keepsStash = false
  }

  /// Makes every current span a partial one, or gives it back.
  func leaveCurrentSpans(_ cache: Cache) {
    for sizeClass in 0..<classes.count {
      let current = cache.pointee.current[sizeClass]
      if current != emptyState { leaveCurrent(current, sizeClass, cache) }
    }
  }

  private func leaveCurrent(_ state: State, _ sizeClass: Int, _ cache: Cache) {
    setCurrent(emptyState, sizeClass, cache)
    state.close(emptyWord)
    state.list = .none
    if state.isEmpty { retire(state, cache) } else { cache.pushPartial(state, sizeClass) }
  }

  /// Frees block `index` of a span that this cache owns, which the fast path did not: the span may be empty then, there is
  /// no window of the page map, or it is a bad free.
  func freeOwned(_ record: Record, _ index: Int, _ address: UInt, _ cache: Cache) -> BadFree? {
    let state = record.state.unsafelyUnwrapped
    if let badFree = secondFree(state, index, address) { return badFree }
    _ = state.setLocal(index)
    if state.localWords[index >> 6].free == .max { wordBecameFree(state, index >> 6, cache) }
    return nil
  }

  /// Sets the bits of blocks of a span that the caller owns. Ends the process when one is set already.
  func giveBack(_ blocks: BlocksOfWord, _ record: Record, _ state: State) {
    let twice = state.setLocal(blocks)
    if twice != 0 { freedTwice(blocks.firstIndex(in: twice), record) }
  }

  /// Ends the process: block `index` is free already.
  @inline(never)
  func freedTwice(_ index: Int, _ record: Record) -> Never {
    BadFree(
      record.firstBlock + UInt(index) * UInt(record.blockSize),
      .freedBefore(blockSize: Int(record.blockSize))
    ).end()
  }

  /// What a free of block `index` is when it is free already; nil when it is live.
  func secondFree(_ state: State, _ index: Int, _ address: UInt) -> BadFree? {
    if !state.isFree(index) && !isPending(state.record, index, address) { return nil }
    let blockSize = Int(state.blockSize)
    return BadFree(
      address,
      state.isOpened(index)
        ? .freedBefore(blockSize: blockSize) : .neverAllocated(blockSize: blockSize))
  }

  /// Gives an empty span back, of which the caller is the owner and which is in no list. Its slice is kept in
  /// the cache's stash while that has room.
  func retire(_ state: State, _ cache: Cache?) {
    let record = state.record
    freeState(state)
    if let cache, cache.pushStash(record) {
      record.kind = .stashed
      Policy.Observer.add(.stashed, PageMap.sliceSize)
      Policy.Observer.use(record.start, byteCount: PageMap.sliceSize, for: .stashed)
    } else {
      freeRun(record)
    }
  }

  /// Makes the span's record useless for the fast path and frees its bits.
  func freeState(_ state: State) {
    let record = state.record
    record.state = nil
    SharedCounters.count(.ownerStored)
    record.pointee.owner.store(0, ordering: .releasing)
    Policy.Observer.addSpans(Int(record.sizeClass), -1, byteCount: -PageMap.sliceSize)
    metadataAllocator.free(
      UInt(bitPattern: state),
      byteCount: State.byteCount(
        blockSize: Int(state.blockSize), capacity: state.capacity,
        keepsSlacks: Policy.Observer.isOn))
  }

  /// Gives a run back to the page heap, and purges at once if the delay is 0.
  func freeRun(_ record: Record) {
    pageHeap.free(record, System.milliseconds)
    if pageHeap.settings.purgeDelay == 0 {
      pageHeap.purge(age: 0, now: System.milliseconds, timesOut: false)
    }
  }

  /// Gives the stash back to the page heap.
  func flushStash(_ cache: Cache) {
    while let record = cache.popStash() {
      Policy.Observer.add(.stashed, -PageMap.sliceSize)
      freeRun(record)
    }
  }
}
