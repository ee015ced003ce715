// Runs in use that change their length where they stand.

import Platform

extension PageHeap {
  /// Shortens a run in use to `sliceCount` slices; what is behind becomes free.
  package mutating func shorten(_ record: UnsafeMutablePointer<SpanRecord>, to sliceCount: Int) {
    let now = System.milliseconds
    lock.lock()
    defer { unlock() }
    let kept = sliceCount * PageMap.sliceSize
    let rest = record.pointee.byteCount - kept
    record.pointee.byteCount = kept
    let tail = PageMap.knownRecord(record.pointee.start + UInt(kept))
    tail.pointee.kind = .medium
    tail.pointee.start = record.pointee.start + UInt(kept)
    tail.pointee.byteCount = rest
    freeLocked(tail, now)
  }

  /// Makes a run in use longer by the free runs behind it, and by what is not committed yet. False when there are
  /// too few: then nothing has changed.
  package mutating func extend(_ record: UnsafeMutablePointer<SpanRecord>, to sliceCount: Int)
    -> Bool
  {
    lock.lock()
    defer { unlock() }
    let start = record.pointee.start
    let end = start + UInt(record.pointee.byteCount)
    let missing = sliceCount * PageMap.sliceSize - record.pointee.byteCount
    if !allows(missing) { return false }
    let free = freeBytes(from: end, atMost: missing)
    if free.byteCount < missing {
      let wanted = missing - free.byteCount
      if free.uncommitted < wanted || !commit(byteCount: wanted) { return false }
    }
    let newEnd = end + UInt(missing)
    _ = takeFree(end, to: newEnd, from: PageMap.knownRecord(end))
    record.pointee.byteCount += missing
    markAsContinuation(of: start, from: end, to: newEnd)
    publish(.medium, end, byteCount: missing)
    noteUsed(missing)
    return true
  }

  /// Takes back a run from which the pages were moved away by mremap(2). The hole is mapped again; when another
  /// thread was given some of its addresses meanwhile, they stay out of use.
  package mutating func refill(_ record: UnsafeMutablePointer<SpanRecord>) {
    let start = record.pointee.start
    let byteCount = record.pointee.byteCount
    let isMapped =
      pages.reserve(at: start, byteCount: byteCount) && pages.commit(start, byteCount: byteCount)
    lock.lock()
    defer { unlock() }
    usedBytes -= byteCount
    if isMapped { return insertCoalesced(start, byteCount, .freeClean, 0) }
    committedBytes -= byteCount
    var address = start
    while address < start + UInt(byteCount) {
      PageMap.knownRecord(address).pointee.kind = .none
      address += UInt(PageMap.sliceSize)
    }
  }
}
