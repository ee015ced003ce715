// Giving back what is kept beyond the budget, at once: the dirty runs that were freed first, and of a long one as
// much as is needed.

import Platform

extension PageHeap {
  /// Purges `byteCount` bytes of dirty runs, or all there are. Returns the bytes purged.
  @discardableResult
  package mutating func trim(_ byteCount: Int) -> Int {
    let now = System.milliseconds
    var purged = 0
    var batch = InlineArray<32, UnsafeMutablePointer<SpanRecord>?>(repeating: nil)
    var isRefused = false
    while purged < byteCount && !isRefused {
      gate.enter()
      defer { gate.leave() }
      let count = takeOldest(&batch, min(byteCount - purged, Self.batchBytes), now)
      if count == 0 { break }
      purged += purge(batch, count: count, now: now, &isRefused)
    }
    return purged
  }

  private mutating func takeOldest(
    _ batch: inout InlineArray<32, UnsafeMutablePointer<SpanRecord>?>, _ wanted: Int, _ now: UInt32
  ) -> Int {
    lock.lock()
    defer { unlock() }
    var count = 0
    var bin = 0
    while let first = dirty.firstHead(from: bin) {
      bin = RunBins.bin(first.pointee.byteCount / PageMap.sliceSize) + 1
      var candidate: UnsafeMutablePointer<SpanRecord>? = first
      while let run = candidate {
        candidate = run.pointee.next
        insert(run, into: &batch, &count, now)
      }
    }
    var taken = 0
    var used = 0
    while used < count, taken < wanted, let run = batch[used] {
      let taking = min(run.pointee.byteCount, roundUpToSlice(wanted - taken))
      batch[used] = takeEnd(of: run, taking)
      taken += taking
      used += 1
    }
    return used
  }

  // Keeps the batch sorted, oldest first.
  private borrowing func insert(
    _ run: UnsafeMutablePointer<SpanRecord>,
    into batch: inout InlineArray<32, UnsafeMutablePointer<SpanRecord>?>, _ count: inout Int,
    _ now: UInt32
  ) {
    let age = now &- run.pointee.timestamp
    var place = count
    while place > 0, let other = batch[place - 1], now &- other.pointee.timestamp < age {
      if place < Self.batchCount { batch[place] = other }
      place -= 1
    }
    if place == Self.batchCount { return }
    batch[place] = run
    count = min(count + 1, Self.batchCount)
  }

  /// The last bytes of a dirty run, as one that is being purged; the rest stays.
  mutating func takeEnd(of run: UnsafeMutablePointer<SpanRecord>, _ byteCount: Int)
    -> UnsafeMutablePointer<SpanRecord>
  {
    let rest = run.pointee.byteCount - byteCount
    let start = run.pointee.start
    let timestamp = run.pointee.timestamp
    remove(run)
    if rest > 0 { insert(start, rest, .freeDirty, timestamp) }
    let end = PageMap.knownRecord(start + UInt(rest))
    end.pointee.start = start + UInt(rest)
    end.pointee.byteCount = byteCount
    markAsPurging(end)
    return end
  }

  func roundUpToSlice(_ byteCount: Int) -> Int {
    (byteCount + PageMap.sliceSize - 1) & ~(PageMap.sliceSize - 1)
  }
}
