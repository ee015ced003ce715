// Runs in use that change their length where they stand.

import Platform

extension PageHeap {
  /// Lets a block have so many usable bytes, of those that its slices have. Slices behind become free.
  package mutating func fit(_ record: UnsafeMutablePointer<SpanRecord>, to byteCount: Int) {
    lock.lock()
    let usable = record.asBlock.usableByteCount
    let kept = roundUpToSlice(byteCount)
    let rest = record.pointee.byteCount - kept
    if rest > 0 { cut(record, kept, rest) }
    changeUsable(record, from: usable, to: byteCount)
    if rest > 0 { unlock() } else { lock.unlock() }
  }

  private mutating func cut(
    _ record: UnsafeMutablePointer<SpanRecord>, _ kept: Int, _ rest: Int
  ) {
    record.pointee.byteCount = kept
    let behind = PageMap.knownRecord(record.pointee.start + UInt(kept))
    behind.pointee.kind = .medium
    behind.pointee.start = record.pointee.start + UInt(kept)
    behind.pointee.byteCount = rest
    freeLocked(behind, System.milliseconds)
  }

  /// Makes a block longer by the free runs behind it, and by what is not committed yet. False when there are
  /// too few: then nothing has changed.
  package mutating func extend(_ record: UnsafeMutablePointer<SpanRecord>, to byteCount: Int)
    -> Bool
  {
    lock.lock()
    defer { unlock() }
    let start = record.pointee.start
    let end = start + UInt(record.pointee.byteCount)
    let missing = roundUpToSlice(byteCount) - record.pointee.byteCount
    if !allows(missing) { return false }
    let free = freeBytes(from: end, atMost: missing)
    if free.byteCount < missing {
      let wanted = missing - free.byteCount
      if free.uncommitted < wanted || !commit(byteCount: wanted) { return false }
    }
    let newEnd = end + UInt(missing)
    let dirtyEnd = takeFree(end, to: newEnd, from: PageMap.knownRecord(end))
    record.pointee.byteCount += missing
    let usableEnd = start + UInt(System.roundUpToPage(byteCount))
    setUsable(record, byteCount, hasContents: dirtyEnd > usableEnd)
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
    if isMapped {
      insertCoalesced(start, byteCount, .freeClean, 0)
      return
    }
    committedBytes -= byteCount
    var address = start
    while address < start + UInt(byteCount) {
      PageMap.knownRecord(address).pointee.kind = .none
      address += UInt(PageMap.sliceSize)
    }
  }
}
