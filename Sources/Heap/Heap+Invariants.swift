// The equations that hold between the parts of a heap, checked by the tests while no thread uses it.
// Costs a walk over everything.
//
//   small spans = spans of thread caches + spans of central lists + full spans + spans of sampled blocks
//   usedBytes of the page heap = bytes of small, medium, stashed and metadata runs

import Memory
import Platform
import Synchronization

extension Heap {
  /// The equation that does not hold, or nil.
  package func checkInvariants() -> StaticString? {
    if let violation = checkEmptyState() ?? pageHeap.checkInvariants() {
      return violation
    }
    var listed = 0
    var stashed = 0
    if let violation = checkCaches(&listed, &stashed) ?? checkCentralLists(&listed) {
      return violation
    }
    var spanCount = 0
    var fullCount = 0
    var stashedCount = 0
    let violation = pageHeap.forEachRun { record in
      if record.kind == .stashed { stashedCount += 1 }
      if record.kind != .small { return nil }
      spanCount += 1
      let owner = record.pointee.owner.load(ordering: .relaxed)
      if owner == SpanOwner.full || owner == SpanOwner.sampled { fullCount += 1 }
      return checkSpan(record)
    }
    if let violation { return violation }
    if let violation = sampled.checkInvariants() { return violation }
    if spanCount != listed + fullCount { return "Heap: small span in no list and not full" }
    if stashedCount != stashed { return "Heap: stashed slice in no stash" }
    return large.checkInvariants()
  }

  private func checkEmptyState() -> StaticString? {
    emptyWord.pointee.claimed == 0 && emptyState.pointee.currentWord == emptyWord
      ? nil : "Heap: the empty state was written to"
  }

  private func checkSpan(_ record: Record) -> StaticString? {
    let blockSize = Int(record.blockSize)
    if blockSize != classes.blockSize(Int(record.sizeClass)) {
      return "Heap: blockSize ≠ that of the span's class"
    }
    if record.byteCount != PageMap.sliceSize { return "Heap: small span ≠ a slice" }
    let reciprocal = ((1 << 32) + UInt64(blockSize) - 1) / UInt64(blockSize)
    if UInt64(record.reciprocal) != reciprocal {
      return "Heap: reciprocal ≠ ⌈2³² / blockSize⌉"
    }
    guard let state = record.state else { return "Heap: small span without state" }
    if record.pointee.owner.load(ordering: .relaxed) == SpanOwner.full {
      if state.list != .none { return "Heap: full span in a list" }
      if state.freeCount + state.remoteFreeCount > 0 { return "Heap: full span with a free block" }
    }
    return state.checkInvariants(emptyWord)
  }

  private func checkCaches(_ spanCount: inout Int, _ stashed: inout Int) -> StaticString? {
    var count = 0
    var previous: Cache?
    var next = caches.head
    while let cache = next {
      let violation = cache.checkInvariants(classes, emptyState, spanCount: &spanCount)
      if let violation { return violation }
      if cache.pointee.previous != previous { return "Heap: previous ≠ the cache before" }
      count += 1
      stashed += cache.pointee.stashCount
      previous = cache
      next = cache.pointee.next
    }
    return count == caches.count ? nil : "Heap: count ≠ registered caches"
  }

  private func checkCentralLists(_ spanCount: inout Int) -> StaticString? {
    for sizeClass in 0..<SizeClasses.limit {
      let list = central + sizeClass
      var count = 0
      var emptyCount = 0
      var previous: State?
      var next = list.pointee.head
      while let state = next {
        let record = state.record
        if record.pointee.owner.load(ordering: .relaxed) != SpanOwner.central
          || state.list != .central
        {
          return "CentralList: owner or list of its span is not central"
        }
        if Int(record.sizeClass) != sizeClass {
          return "CentralList: span of another class"
        }
        if state.pointee.currentWord != emptyWord { return "CentralList: open span" }
        let free = state.freeCount
        if free == 0 { return "CentralList: full span" }
        if (free == state.capacity) != (state.listFlag != .none) {
          return "CentralList: empty span without a flag, or the reverse"
        }
        if state.listFlag != .none { emptyCount += 1 }
        if state.previous != previous { return "CentralList: previous ≠ the span before" }
        count += 1
        previous = state
        next = state.next
      }
      if count != list.pointee.count.load(ordering: .relaxed) {
        return "CentralList: count ≠ spans in the list"
      }
      if emptyCount != list.pointee.emptyCount {
        return "CentralList: emptyCount ≠ empty spans in the list"
      }
      spanCount += count
    }
    return nil
  }
}
