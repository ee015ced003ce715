// Where a long run costs the fewest page faults. Its pages may come from several free runs that lie behind one
// another, dirty and clean ones, and from addresses of the newest arena that are not committed yet.
//
//   | in use | dirty | clean | dirty | in use | dirty | not committed
//            |------ place -----|             |--- place ---|
//
// A dirty run that is long enough costs none: the shortest of them is taken, from its beginning. Otherwise
// each dirty run is the beginning or the end of a place, and the one with the most dirty pages wins. When no
// place has any, the caller takes a clean run. Costs a walk over the longest 64 dirty runs and their
// neighbours, some microseconds at most: less than the faults of one slice.

import Platform

extension PageHeap {
  /// Shorter runs are taken from the bins as they are: blocks of a mebibyte and more are worth the search.
  static var placedSliceCount: Int { 16 }
  private static var searchLimit: Int { 64 }

  /// A run at the best place; nil when none has dirty pages.
  mutating func allocatePlaced(_ byteCount: Int) -> Run? {
    if dirty.byteCount == 0 { return nil }
    if let run = shortestDirty(byteCount) { return claim(run.pointee.start, byteCount, from: run) }
    guard let place = bestPlace(byteCount) else { return nil }
    if place.missing > 0, !commit(byteCount: place.missing) { return nil }
    return claim(place.start, byteCount, from: place.first)
  }

  /// Bytes of dirty runs that a run of `byteCount` bytes would be given.
  package borrowing func dirtyBytes(forRunOf byteCount: Int) -> Int {
    if shortestDirty(byteCount) != nil { return byteCount }
    return bestPlace(byteCount)?.dirtyBytes ?? 0
  }

  // The shortest dirty run that is long enough, among the first of the lists.
  private borrowing func shortestDirty(_ byteCount: Int) -> UnsafeMutablePointer<SpanRecord>? {
    var best: UnsafeMutablePointer<SpanRecord>?
    var looked = 0
    var bin = RunBins.bin(byteCount / PageMap.sliceSize)
    while best == nil, looked < Self.searchLimit, let first = dirty.firstHead(from: bin) {
      bin = RunBins.bin(first.pointee.byteCount / PageMap.sliceSize) + 1
      var candidate: UnsafeMutablePointer<SpanRecord>? = first
      while let run = candidate, looked < Self.searchLimit {
        candidate = run.pointee.next
        looked += 1
        if run.pointee.byteCount < byteCount { continue }
        if run.pointee.byteCount < best?.pointee.byteCount ?? .max { best = run }
      }
    }
    return best
  }

  private borrowing func bestPlace(_ byteCount: Int) -> Place? {
    var best: Place?
    var looked = 0
    var bin = RunBins.binCount
    while looked < Self.searchLimit, let next = dirty.lastBin(before: bin) {
      bin = next
      var candidate = dirty.head(bin)
      while let run = candidate, looked < Self.searchLimit {
        candidate = run.pointee.next
        looked += 1
        best = better(best, placeFrom(run, byteCount))
        best = better(best, placeUpTo(run, byteCount))
      }
    }
    return best
  }

  private borrowing func better(_ best: Place?, _ other: Place?) -> Place? {
    guard let other else { return best }
    return other.dirtyBytes > best?.dirtyBytes ?? 0 ? other : best
  }

  // The place that begins with the run.
  private borrowing func placeFrom(
    _ run: UnsafeMutablePointer<SpanRecord>, _ byteCount: Int
  ) -> Place? {
    let free = freeBytes(from: run.pointee.start, atMost: byteCount)
    if free.byteCount + free.uncommitted < byteCount { return nil }
    return Place(
      start: run.pointee.start, first: run, dirtyBytes: free.dirtyBytes,
      missing: byteCount - free.byteCount)
  }

  // The place that ends with the run.
  private borrowing func placeUpTo(
    _ run: UnsafeMutablePointer<SpanRecord>, _ byteCount: Int
  ) -> Place? {
    var first = run
    var rest = byteCount - run.pointee.byteCount
    var dirtyBytes = min(run.pointee.byteCount, byteCount)
    while rest > 0 {
      guard let record = PageMap.record(first.pointee.start - 1), record.pointee.kind.isFreeRun
      else {
        return nil
      }
      let before = PageMap.knownRecord(record.pointee.start)
      let taken = min(before.pointee.byteCount, rest)
      if before.pointee.kind == .freeDirty { dirtyBytes += taken }
      first = before
      rest -= before.pointee.byteCount
    }
    return Place(
      start: first.pointee.start + UInt(-rest), first: first, dirtyBytes: dirtyBytes, missing: 0)
  }

  /// What of the `limit` bytes from `address` on is free.
  borrowing func freeBytes(from address: UInt, atMost limit: Int) -> FreeBytes {
    var free = FreeBytes()
    while free.byteCount < limit {
      let next = address + UInt(free.byteCount)
      if next == bumpNext {
        free.uncommitted = Int(bumpEnd - bumpNext)
        break
      }
      guard let run = PageMap.record(next), run.pointee.kind.isFreeRun, run.pointee.start == next
      else { break }
      let taken = min(run.pointee.byteCount, limit - free.byteCount)
      if run.pointee.kind == .freeDirty { free.dirtyBytes += taken }
      free.byteCount += taken
    }
    return free
  }

  /// Takes the `byteCount` bytes from `start` on, which are free and begin in `first`.
  mutating func claim(
    _ start: UInt, _ byteCount: Int, from first: UnsafeMutablePointer<SpanRecord>
  ) -> Run {
    let dirtyEnd = takeFree(start, to: start + UInt(byteCount), from: first)
    publish(.medium, start, byteCount: byteCount)
    return Run(record: use(start, byteCount), dirtyByteCount: Int(dirtyEnd - start))
  }

  /// Takes free runs out of their bins, from `first` on, and puts back what of them is outside. Returns the end of
  /// the last dirty one inside.
  mutating func takeFree(
    _ start: UInt, to end: UInt, from first: UnsafeMutablePointer<SpanRecord>
  ) -> UInt {
    var run = first
    var dirtyEnd = start
    while true {
      let runStart = run.pointee.start
      let runEnd = runStart + UInt(run.pointee.byteCount)
      let kind = run.pointee.kind
      let timestamp = run.pointee.timestamp
      remove(run)
      if kind == .freeDirty { dirtyEnd = min(runEnd, end) }
      if runStart < start { insert(runStart, Int(start - runStart), kind, timestamp) }
      if runEnd > end { insert(end, Int(runEnd - end), kind, timestamp) }
      if runEnd >= end { return dirtyEnd }
      run = PageMap.knownRecord(runEnd)
    }
  }
}

/// Free addresses for a run.
struct Place {
  let start: UInt
  /// The free run that it begins in.
  let first: UnsafeMutablePointer<SpanRecord>
  let dirtyBytes: Int
  /// So many bytes at its end are not committed yet.
  let missing: Int
}

/// Free bytes behind one another.
struct FreeBytes {
  var byteCount = 0
  var dirtyBytes = 0
  /// Addresses behind them that can be committed.
  var uncommitted = 0
}
