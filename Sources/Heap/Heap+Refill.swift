// The slow half of malloc for small blocks: the current span's word is used up. In this order, each
// step dearer than the one before:
//
//   0. the call is a sample (Heap+Sampled)
//   1. other threads have freed blocks of the span            one exchange per word
//   2. another opened word of the span has free blocks, and such words gather enough of them     a few loads
//   3. a word that was never opened                           fresh memory of the span
//   4. the span is full: it loses its owner; the next of the thread's partial spans
//   5. a span of the class' central list                      one lock
//   6. a new span: a stashed slice, or a run of the page heap

import CShims
import Memory
import Platform
import Synchronization

extension Heap {
  /// Frees on the current span between two looks at the clock, about. A look costs some 10 ns.
  static var tickInterval: Int16 { 256 }

  /// A block of `sizeClass` when `take` finds none; 0 when there is no memory. Slow path: busy.
  func refill(_ cache: Cache, _ sizeClass: Int) -> UInt {
    tick(cache)
    if Policy.Observer.isOn {
      cache.pointee.refillCount &+= 1
      Policy.Observer.refilled(cache.pointee.refillCount, self)
    }
    if Policy.Sampler.isThere, let address = takeSample(cache, sizeClass) { return address }
    while true {
      let state = cache.pointee.current[sizeClass]
      if state != emptyState {
        if renew(state, cache) || regainsFullSpan(state, cache) {
          if let address = take(cache, sizeClass) { return address }
          // No block comes before the sampling point.
          if let address = takeSample(cache, sizeClass) { return address }
          continue
        }
      }
      guard let next = nextSpan(cache, sizeClass) else {
        setCurrent(emptyState, sizeClass, cache)
        return 0
      }
      noteTaken(1, cache)
      next.pointee.maker = cache.owner
      next.pointee.list = .current
      next.pointee.countdown = Self.tickInterval
      if Policy.Sampler.isThere, storage.pointee.takesSamples { next.drawSample() }
      if state != emptyState { next.openMost() }
      setCurrent(next, sizeClass, cache)
    }
  }

  /// A claimed block of the class' current span; nil when there is none. Slow path: no handler comes between.
  func take(_ cache: Cache, _ sizeClass: Int) -> UInt? {
    FastPath<QuickPolicy>(SoleThread(cache)).takeClaimed(cache.pointee.current[sizeClass], 0)
  }

  func setCurrent(_ state: State, _ sizeClass: Int, _ cache: Cache) {
    cache.setCurrent(
      state, sizeClass,
      blockSize: state == emptyState
        ? classes.blockSize(sizeClass) : Int(bitPattern: state.blockSize),
      firstGranule: Int(storage.pointee.firstGranules[sizeClass]))
  }

  /// Steps 1 to 3. False when the span is full.
  private func renew(_ state: State, _ cache: Cache) -> Bool {
    if state.summary.pointee.load(ordering: .relaxed) != 0 { _ = collect(state) }
    return state.nextWord(&cache.pointee.wishes)
  }

  /// Moves remote frees to the local words; a double free among them ends the process.
  func collect(_ state: State) -> Int {
    switch state.collectRemote() {
    case .collected(let count): return count
    case .freedTwice(let index): freedTwice(index, state.record)
    }
  }

  /// Gives a full span away: from now on the first thread that frees a block of it owns it. True
  /// when a block was freed at that very moment and the span stays the current one.
  private func regainsFullSpan(_ state: State, _ cache: Cache) -> Bool {
    let record = state.record
    state.close(emptyWord)
    state.list = .none
    if !releaseOwnership(record, state, cache.owner) { return false }
    state.list = .current
    state.countdown = Self.tickInterval
    return renew(state, cache)
  }

  /// Makes a full span ownerless. True when a remote free came in between and `owner`, who had it, got it back.
  func releaseOwnership(_ record: Record, _ state: State, _ owner: UInt) -> Bool {
    // Sequentially consistent, partner is `setRemoteBits`: either it sees `full` after its summary
    // bit, or we see the bit after `full`.
    SharedCounters.count(.ownerStored)
    if !Policy.isShared {
      record.pointee.owner.store(SpanOwner.full, ordering: .relaxed)
      return false
    }
    record.pointee.owner.store(SpanOwner.full, ordering: .sequentiallyConsistent)
    if state.summary.pointee.load(ordering: .sequentiallyConsistent) == 0 { return false }
    return claim(record, for: owner)
  }

  /// Takes a full span. False when another thread was first.
  func claim(_ record: Record, for owner: UInt) -> Bool {
    if !Policy.isShared {
      record.pointee.owner.store(owner, ordering: .relaxed)
      return true
    }
    // Acquire: partner is the store of `full`, after which the last owner touched the bits no more.
    SharedCounters.count(.ownerExchanged)
    return record.pointee.owner.compareExchange(
      expected: SpanOwner.full, desired: owner, ordering: .sequentiallyConsistent
    ).exchanged
  }

  /// Steps 4 to 6; the span's owner is the cache, and it is in no list.
  private func nextSpan(_ cache: Cache, _ sizeClass: Int) -> State? {
    // A program that frees and allocates blocks of a class in turn, all of whose spans are full,
    // would come here for each block: the spans need some free blocks to gather more of them at a
    // time.
    if cache.wantsNewSpan(sizeClass), let state = newSpan(cache, sizeClass) { return state }
    if let state = keptSpan(cache, sizeClass) ?? newSpan(cache, sizeClass) { return state }
    // Among the reserves are blocks that wait to be freed, maybe of this class.
    return releaseReserves(cache) ? keptSpan(cache, sizeClass) ?? newSpan(cache, sizeClass) : nil
  }

  private func keptSpan(_ cache: Cache, _ sizeClass: Int) -> State? {
    if let state = cache.pointee.partial[sizeClass] {
      cache.removePartial(state, sizeClass)
      cache.notePartial(state, sizeClass)
      return state
    }
    // What waits may empty a span, or be blocks of this class.
    flushPending(cache)
    if let state = cache.pointee.partial[sizeClass] {
      cache.removePartial(state, sizeClass)
      return state
    }
    if let state = takeCentral(cache, sizeClass) { return state }
    return caches.orphans != nil && adoptOrphan()
      ? takeCentral(cache, sizeClass) : nil
  }

  /// The central span of the class that waited longest, which is the cache's then.
  private func takeCentral(_ cache: Cache, _ sizeClass: Int) -> State? {
    takeCentral(cache.owner, sizeClass) { $0.head }
  }

  /// The span that `choose` finds in the central list of the class, which is `owner`'s then.
  func takeCentral(
    _ owner: UInt, _ sizeClass: Int, _ choose: (borrowing CentralList<Policy>) -> State?
  ) -> State? {
    let list = central + sizeClass
    if list.pointee.count.load(ordering: .relaxed) == 0 { return nil }
    list.pointee.lock.lock()
    defer { list.pointee.lock.unlock() }
    guard let state = choose(list.pointee) else { return nil }
    list.pointee.remove(state)
    SharedCounters.count(.ownerStored)
    state.record.pointee.owner.store(owner, ordering: .sequentiallyConsistent)
    return state
  }

  private func newSpan(_ cache: Cache, _ sizeClass: Int) -> State? {
    makeSpan(sizeClass, owner: cache.owner, cache)
  }

  /// A new span of `owner`, in no list, of a slice that the cache keeps or of another one; nil when there is no memory.
  func makeSpan(_ sizeClass: Int, owner: UInt, _ cache: Cache?) -> State? {
    let blockSize = classes.blockSize(sizeClass)
    let capacity = PageMap.sliceSize / blockSize
    let stateBytes = State.byteCount(
      blockSize: blockSize, capacity: capacity, keepsSlacks: Policy.Observer.isOn)
    guard let piece = allocateMetadata(stateBytes) else { return nil }
    cache?.pointee.keepsStash = true
    guard let (record, isZero) = takeSlice(cache, sizeClass) else {
      metadataAllocator.free(piece, byteCount: stateBytes)
      return nil
    }
    let state = State(bitPattern: piece).unsafelyUnwrapped
    record.setSmall(blockSize: blockSize, sizeClass: sizeClass, heap: heapAddress, isZero: isZero)
    state.initialize(
      record: record, emptyWord: emptyWord, blockSize: blockSize, capacity: capacity,
      maker: owner)
    record.state = state
    // Release: whoever reads the owner finds the fields above.
    SharedCounters.count(.ownerStored)
    record.pointee.owner.store(owner, ordering: .releasing)
    Policy.Observer.addSpans(sizeClass, 1, byteCount: PageMap.sliceSize)
    Policy.Observer.use(record.start, byteCount: PageMap.sliceSize, for: .small)
    return state
  }

  /// Memory for the bits of a span. When the system has no more, a free slice becomes metadata: it
  /// lies among blocks then, without guard pages, but freed memory is of use again.
  private func allocateMetadata(_ byteCount: Int) -> UInt? {
    if let piece = metadataAllocator.allocate(byteCount: byteCount) { return piece }
    guard let run = pageHeap.allocate(sliceCount: 1, metadata: metadata) else {
      return nil
    }
    run.record.kind = .metadata
    Policy.Observer.use(run.record.start, byteCount: PageMap.sliceSize, for: .metadata)
    metadataAllocator.donate(run.record.start, byteCount: PageMap.sliceSize)
    return metadataAllocator.allocate(byteCount: byteCount)
  }

  private func takeSlice(_ cache: Cache?, _ sizeClass: Int) -> (record: Record, isZero: Bool)? {
    if let record = cache?.popStash(like: sizeClass) {
      Policy.Observer.add(.stashed, -PageMap.sliceSize)
      return (record, false)
    }
    return pageHeap.allocate(sliceCount: 1, metadata: metadata).map { ($0.record, $0.isZero) }
  }
}
