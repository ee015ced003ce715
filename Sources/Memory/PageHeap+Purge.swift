// Giving dirty pages back. A tick of any thread's slow path sees that the deadline has passed and
// purges what is older than the delay, and so does the helper. Runs are taken out of the bins a
// few at a time under the lock, the kernel is called without it, and they come back as clean runs.
// Of a long run some mebibytes are taken at a time: so nobody waits for long (ForkGate).
//
// Each run is purged once per delay at most, so the cost is bounded by that of making the run. One
// that the kernel refuses (locked pages) is tried by slices, and what is refused then is stamped
// with a time that is still to come, so that the same pass does not take it again.

import Platform
import Synchronization

extension PageHeap {
  static var batchCount: Int { 32 }
  /// Bytes that are purged together, some milliseconds' worth.
  static var batchBytes: Int { 16 << 20 }

  /// Whether a tick has something to do at `now`.
  @inline(__always)
  package borrowing func purgeDeadlineHasPassed(_ now: UInt32) -> Bool {
    purgeIsDue.load(ordering: .acquiring)
      && Int32(bitPattern: now &- purgeDeadline.load(ordering: .relaxed)) >= 0
  }

  /// Purges the dirty runs and the tails that are at least `age` milliseconds old; with
  /// `keepsRecent` only as many runs as were not in use lately. `timesOut` stops after a bounded
  /// number of pieces; the next tick goes on. Returns the bytes purged.
  @discardableResult
  package mutating func purge(
    age: UInt32, now: UInt32, timesOut: Bool, keepsRecent: Bool = false
  ) -> Int {
    var purged = 0
    var pieces = 0
    var isRefused = false
    var batch = InlineArray<32, UnsafeMutablePointer<SpanRecord>?>(repeating: nil)
    var isLast = false
    while !isLast, !timesOut || pieces < 16 * Self.batchCount {
      gate.enter()
      defer { gate.leave() }
      let count = takeExpired(&batch, &isLast, age: age, now: now, keepsRecent: keepsRecent)
      pieces += count
      purged += purge(batch, count: count, now: now, &isRefused)
    }
    purged += purgeTails(age: age, now: now, timesOut: timesOut)
    if isRefused {
      purgeDeadline.store(now &+ UInt32(max(settings.purgeDelay, 1000)), ordering: .relaxed)
      purgeIsDue.store(settings.purgeDelay >= 0, ordering: .releasing)
    }
    return purged
  }

  private mutating func takeExpired(
    _ batch: inout InlineArray<32, UnsafeMutablePointer<SpanRecord>?>, _ isLast: inout Bool,
    age: UInt32, now: UInt32, keepsRecent: Bool
  ) -> Int {
    lock.lock()
    defer { unlock() }
    var count = 0
    var left = Self.batchBytes
    var surplus = keepsRecent ? keptByAll() - keptForReuse(now) : Int.max
    var oldest = now
    var bin = 0
    while let first = dirty.firstHead(from: bin) {
      bin = RunBins.bin(first.pointee.byteCount / PageMap.sliceSize) + 1
      var candidate: UnsafeMutablePointer<SpanRecord>? = first
      while let run = candidate {
        candidate = run.pointee.next
        if Int32(bitPattern: now &- run.pointee.timestamp) < Int32(bitPattern: age) {
          if Int32(bitPattern: oldest &- run.pointee.timestamp) > 0 {
            oldest = run.pointee.timestamp
          }
          continue
        }
        if count == Self.batchCount || left == 0 { return count }
        if surplus <= 0 {
          // It is looked at again when less may have been in use.
          purgeDeadline.store(now &+ max(age / 4, 1), ordering: .relaxed)
          isLast = true
          return count
        }
        let byteCount = min(run.pointee.byteCount, left)
        left -= byteCount
        surplus -= byteCount
        batch[count] = takeEnd(of: run, byteCount)
        count += 1
      }
    }
    // Of the last run the rest may be left.
    if left == 0 { return count }
    isLast = true
    // All expired runs are in hand: the next deadline is that of the oldest one left.
    if dirty.byteCount > 0 {
      purgeDeadline.store(oldest &+ max(age, 1), ordering: .relaxed)
    } else {
      purgeIsDue.store(false, ordering: .relaxed)
    }
    return count
  }

  mutating func markAsPurging(_ run: UnsafeMutablePointer<SpanRecord>) {
    run.pointee.kind = .purging
    let last = PageMap.knownRecord(run.pointee.start + UInt(run.pointee.byteCount) - 1)
    last.pointee.kind = .purging
    last.pointee.start = run.pointee.start
    purgingBytes += run.pointee.byteCount
  }

  // A large block's pages are mapped anew: so they have the attributes of all others again, and are one mapping.
  private borrowing func empty(_ start: UInt, _ byteCount: Int) -> Bool {
    if part == .spans || !pages.renew(start, byteCount: byteCount) {
      return pages.purge(start, byteCount: byteCount)
    }
    settings.adviseHugePages(pages, start, byteCount: byteCount)
    return true
  }

  mutating func purge(
    _ batch: borrowing InlineArray<32, UnsafeMutablePointer<SpanRecord>?>, count: Int,
    now: UInt32, _ isRefused: inout Bool
  ) -> Int {
    var purged = 0
    for index in 0..<count {
      guard let run = batch[index] else { continue }
      let start = run.pointee.start
      let byteCount = run.pointee.byteCount
      if empty(start, byteCount) {
        putBack(start, byteCount, isClean: true, now)
        purged += byteCount
      } else {
        isRefused = true
        if byteCount > PageMap.sliceSize {
          purged += purgeSlices(start, byteCount, now)
        } else {
          putBack(start, byteCount, isClean: false, now)
        }
      }
    }
    return purged
  }

  // One page that is locked must not keep all that is around it: slice by slice, those that were refused together.
  private mutating func purgeSlices(_ start: UInt, _ byteCount: Int, _ now: UInt32) -> Int {
    let slice = UInt(PageMap.sliceSize)
    let end = start + UInt(byteCount)
    var purged = 0
    var first = start
    var isClean = empty(start, PageMap.sliceSize)
    for next in stride(from: start + slice, through: end, by: PageMap.sliceSize) {
      let nextIsClean = next < end ? empty(next, PageMap.sliceSize) : !isClean
      if nextIsClean == isClean { continue }
      let length = Int(next - first)
      if isClean { purged += length }
      // Whoever frees a neighbour of the part looks at what is behind it.
      if next < end { PageMap.knownRecord(next).pointee.kind = .purging }
      putBack(first, length, isClean: isClean, now)
      first = next
      isClean = nextIsClean
    }
    return purged
  }

  // A run that was refused is young for the rest of the pass, together with what it is joined with.
  // Its neighbour may be the rest of the very run that it was taken from: with that one's age it
  // would be taken again without an end.
  private mutating func putBack(_ start: UInt, _ byteCount: Int, isClean: Bool, _ now: UInt32) {
    lock.lock()
    defer { unlock() }
    purgingBytes -= byteCount
    let joined = insertCoalesced(start, byteCount, isClean ? .freeClean : .freeDirty, now &+ 1)
    if !isClean { joined.pointee.timestamp = now &+ 1 }
  }
}
