// The equations of PageHeap, checked by the tests after each step. Costs a walk over all committed
// slices. No other thread may use the heap meanwhile.

import Platform
import Synchronization

extension PageHeap {
  /// The equation that does not hold, or nil.
  package borrowing func checkInvariants() -> StaticString? {
    if committedBytes != usedBytes + dirty.byteCount + clean.byteCount + purgingBytes {
      return "PageHeap: committedBytes ≠ usedBytes + dirty + clean + purgingBytes"
    }
    if peakUsedBytes < usedBytes { return "PageHeap: peakUsedBytes < usedBytes" }
    if settings.purgeDelay >= 0, dirty.byteCount > 0 || firstTail != nil,
      !purgeIsDue.load(ordering: .relaxed)
    {
      return "PageHeap: dirty runs or tails, but no purge is due"
    }
    if let violation = checkTails() { return violation }
    if let violation = dirty.checkInvariants({ $0 == .freeDirty }) { return violation }
    if let violation = clean.checkInvariants({ $0 == .freeClean }) { return violation }
    var totals = RunTotals()
    let violation = forEachRun { record in totals.add(record) }
    if let violation { return violation }
    if totals.used != usedBytes { return "PageHeap: usedBytes ≠ Σ runs in use" }
    if totals.dirty != dirty.byteCount { return "PageHeap: dirty.byteCount ≠ Σ dirty runs" }
    if totals.clean != clean.byteCount { return "PageHeap: clean.byteCount ≠ Σ clean runs" }
    if totals.purging != purgingBytes { return "PageHeap: purgingBytes ≠ Σ purging runs" }
    return nil
  }

  /// Calls `body` with the head record of each run, in use or free, until it returns a violation.
  package borrowing func forEachRun(
    _ body: (UnsafeMutablePointer<SpanRecord>) -> StaticString?
  ) -> StaticString? {
    var next = arenas
    while let arena = next {
      next = arena.pointee.next
      // Free runs may reach from one arena into the next: the walk begins at the lowest of each
      // group of neighbours.
      if arenaThatEnds(at: arena.pointee.start) { continue }
      var address = arena.pointee.start
      var end = committedEnd(of: arena)
      while address < end {
        let record = PageMap.knownRecord(address)
        if record.pointee.kind == .none || record.pointee.kind == .tombstone {
          // The rest of an older arena, if the system refused to commit it.
          address += UInt(PageMap.sliceSize)
          continue
        }
        if let violation = checkRun(record, at: address) ?? body(record) { return violation }
        address += UInt(record.pointee.byteCount)
        while let behind = arenaThatBegins(at: end) { end = committedEnd(of: behind) }
      }
      if address != end { return "PageHeap: run ends behind its arena" }
    }
    return nil
  }

  private borrowing func arenaThatEnds(at address: UInt) -> Bool {
    var next = arenas
    while let arena = next {
      if committedEnd(of: arena) == address { return true }
      next = arena.pointee.next
    }
    return false
  }

  private borrowing func arenaThatBegins(at address: UInt) -> UnsafeMutablePointer<Arena>? {
    var next = arenas
    while let arena = next, arena.pointee.start != address || committedEnd(of: arena) == address {
      next = arena.pointee.next
    }
    return next
  }

  private borrowing func checkRun(
    _ record: UnsafeMutablePointer<SpanRecord>, at address: UInt
  ) -> StaticString? {
    let kind = record.pointee.kind
    let byteCount = record.pointee.byteCount
    if record.pointee.start != address { return "PageHeap: start ≠ address of the run" }
    if byteCount <= 0 || byteCount % PageMap.sliceSize != 0 {
      return "PageHeap: run of no whole number of slices"
    }
    let last = PageMap.knownRecord(address + UInt(byteCount) - 1)
    switch kind {
    case .freeDirty, .freeClean, .purging:
      if last.pointee.kind != kind || last.pointee.start != address {
        return "PageHeap: head and last record of a free run differ"
      }
      if record.pointee.owner.load(ordering: .relaxed) != 0 {
        return "PageHeap: owner of a free run"
      }
      if kind != .purging, let behind = PageMap.record(address + UInt(byteCount)),
        behind.pointee.kind == kind, behind.pointee.start == address + UInt(byteCount)
      {
        return "PageHeap: free neighbours of one kind are two runs"
      }
    case .small, .medium, .large:
      var inner = address + UInt(PageMap.sliceSize)
      while inner < address + UInt(byteCount) {
        let record = PageMap.knownRecord(inner)
        if record.pointee.kind != .continuation || record.pointee.start != address {
          return "PageHeap: inner slice of a run in use is no continuation of it"
        }
        inner += UInt(PageMap.sliceSize)
      }
    case .stashed, .metadata:
      break
    default:
      return "PageHeap: kind of no run"
    }
    return nil
  }
}

/// Bytes of runs by kind.
private struct RunTotals {
  var used = 0
  var dirty = 0
  var clean = 0
  var purging = 0

  mutating func add(_ record: UnsafeMutablePointer<SpanRecord>) -> StaticString? {
    switch record.pointee.kind {
    case .freeDirty: dirty += record.pointee.byteCount
    case .freeClean: clean += record.pointee.byteCount
    case .purging: purging += record.pointee.byteCount
    default: used += record.pointee.byteCount
    }
    return nil
  }
}
