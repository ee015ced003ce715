// The equations of a thread cache, checked by the tests. Only while its thread rests.

import Memory
import Platform
import Synchronization

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// The equation that does not hold, or nil. Adds the cache's spans to `spanCount`.
  package func checkInvariants(
    _ classes: SizeClasses, _ emptyState: UnsafeMutablePointer<SpanState>, spanCount: inout Int
  ) -> StaticString? {
    for granule in 0...ThreadCache.largestDirect >> SizeClasses.granuleShift
    where pointee.direct[granule]
      != pointee.current[classes.index(granule << SizeClasses.granuleShift)]
    {
      return "ThreadCache: direct ≠ current of the size's class"
    }
    for sizeClass in 0..<SizeClasses.limit {
      let current = pointee.current[sizeClass]
      if current != emptyState {
        if let violation = checkSpan(current, sizeClass, .current, emptyState.localWords) {
          return violation
        }
        spanCount += 1
      }
      if let violation = checkPartial(sizeClass, emptyState.localWords, &spanCount) {
        return violation
      }
    }
    return checkLeft(emptyState.localWords, &spanCount) ?? checkPending() ?? checkStash()
  }

  // Whether others have closed the gates (CacheRest).
  private var isClosed: Bool {
    let rest = pointee.rest.load(ordering: .relaxed)
    return rest == CacheRest.closed || rest == CacheRest.resting
  }

  private func checkLeft(
    _ emptyWord: UnsafeMutablePointer<BlockWord>, _ spanCount: inout Int
  ) -> StaticString? {
    var next = pointee.left
    if next != nil, !isClosed { return "ThreadCache: spans are left though its gates are open" }
    while let state = next {
      let sizeClass = Int(state.record.sizeClass)
      if let violation = checkSpan(state, sizeClass, .none, emptyWord) { return violation }
      spanCount += 1
      next = state.next
    }
    return nil
  }

  private func checkSpan(
    _ state: UnsafeMutablePointer<SpanState>, _ sizeClass: Int, _ list: SpanList,
    _ emptyWord: UnsafeMutablePointer<BlockWord>
  ) -> StaticString? {
    let record = state.record
    let named = record.pointee.owner.load(ordering: .relaxed)
    if named != owner, !isClosed || named != SpanOwner.moving {
      return "ThreadCache: owner of a span ≠ the cache"
    }
    if state.list != list { return "ThreadCache: list ≠ the span's list" }
    if Int(record.sizeClass) != sizeClass { return "ThreadCache: span of another class" }
    return state.checkInvariants(emptyWord)
  }

  private func checkPartial(
    _ sizeClass: Int, _ emptyWord: UnsafeMutablePointer<BlockWord>, _ spanCount: inout Int
  ) -> StaticString? {
    var adopted: UInt8 = 0
    var previous: UnsafeMutablePointer<SpanState>?
    var next = pointee.partial[sizeClass]
    while let state = next {
      if let violation = checkSpan(state, sizeClass, .partial, emptyWord) { return violation }
      if state.previous != previous { return "ThreadCache: previous ≠ the span before" }
      let used = state.capacity - state.freeCount
      if used == 0 { return "ThreadCache: empty span among the partial ones" }
      if used == state.capacity { return "ThreadCache: full span among the partial ones" }
      if state.listFlag == .adopted { adopted += 1 }
      spanCount += 1
      previous = state
      next = state.next
    }
    return adopted == pointee.adoptedCounts[sizeClass]
      ? nil : "ThreadCache: adoptedCounts ≠ adopted partial spans"
  }

  private func checkPending() -> StaticString? {
    var byteCount = 0
    for place in 0..<pointee.pending.count {
      let word = pointee.pending[place]
      if (word.bits != 0) != (pointee.pendingPlaces >> UInt64(place) & 1 != 0) {
        return "ThreadCache: pendingPlaces ≠ places with blocks"
      }
      if word.bits == 0 { continue }
      let record = word.record
      guard record.kind == .small, let state = record.state,
        word.blocks.word < state.wordCount,
        (state.localWords[word.blocks.word].free | state.localWords[word.blocks.word].claimed)
          & word.bits == 0,
        state.remoteWords[word.blocks.word].load(ordering: .relaxed) & word.bits == 0
      else { return "ThreadCache: no live blocks wait" }
      byteCount += word.blocks.count * Int(record.blockSize)
      var isMarked = true
      word.blocks.forEachAddress(record) { isMarked = isMarked && PendingMark.isSet($0) }
      if !isMarked { return "ThreadCache: block waits without a mark" }
    }
    if isClosed, pointee.pendingBytes == Self.closedPending { return nil }
    if byteCount != pointee.pendingBytes { return "ThreadCache: pendingBytes ≠ Σ blockSize" }
    return nil
  }

  private func checkStash() -> StaticString? {
    if pointee.stashCount < 0 || pointee.stashCount > ThreadCache.stashLimit {
      return "ThreadCache: stashCount > stashLimit"
    }
    for index in 0..<pointee.stashCount {
      guard let record = pointee.stash[index] else { return "ThreadCache: hole in the stash" }
      if record.kind != .stashed || record.byteCount != PageMap.sliceSize {
        return "ThreadCache: stash holds no stashed slice"
      }
      if record.state != nil
        || record.pointee.owner.load(ordering: .relaxed) != 0
      {
        return "ThreadCache: stashed slice is reachable by free"
      }
    }
    return nil
  }
}
