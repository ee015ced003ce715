// Giving dirty pages back. A tick of any thread's slow path sees that the deadline has passed and
// purges what is older than the delay; there is no thread for it. Runs are taken out of the bins a
// few at a time under the lock, the kernel is called without it, and they come back as clean runs.
//
// Each run is purged once per delay at most, so the cost is bounded by that of making the run. One
// that the kernel refuses (locked pages) is stamped with a time that is still to come, so that the
// same pass does not take it again.

import Platform
import Synchronization

extension PageHeap {
  static var batchCount: Int { 32 }

  /// Whether a tick has something to do at `now`.
  @inline(__always)
  package borrowing func purgeDeadlineHasPassed(_ now: UInt32) -> Bool {
    purgeIsDue.load(ordering: .acquiring)
      && Int32(bitPattern: now &- purgeDeadline.load(ordering: .relaxed)) >= 0
  }

  /// Purges the dirty runs that are at least `age` milliseconds old; with `keepsRecent` only as much as was not in use
  /// lately. `timesOut` stops after a bounded number of runs; the next tick goes on. Returns the bytes purged.
  @discardableResult
  package mutating func purge(
    age: UInt32, now: UInt32, timesOut: Bool, keepsRecent: Bool = false
  ) -> Int {
    var purged = 0
    var rounds = 0
    var isRefused = false
    var batch = InlineArray<32, UnsafeMutablePointer<SpanRecord>?>(repeating: nil)
    while !timesOut || rounds < 16 {
      rounds += 1
      let count = takeExpired(&batch, age: age, now: now, keepsRecent: keepsRecent)
      if count == 0 { break }
      purged += purge(batch, count: count, now: now, &isRefused)
      if count < Self.batchCount { break }
    }
    if isRefused {
      purgeDeadline.store(now &+ UInt32(max(settings.purgeDelay, 1000)), ordering: .relaxed)
      purgeIsDue.store(settings.purgeDelay >= 0, ordering: .releasing)
    }
    return purged
  }

  private mutating func takeExpired(
    _ batch: inout InlineArray<32, UnsafeMutablePointer<SpanRecord>?>, age: UInt32, now: UInt32,
    keepsRecent: Bool
  ) -> Int {
    lock.lock()
    defer { unlock() }
    var count = 0
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
        if count == Self.batchCount { return count }
        if surplus <= 0 {
          // It is looked at again when less may have been in use.
          purgeDeadline.store(now &+ max(age / 4, 1), ordering: .relaxed)
          return count
        }
        surplus -= run.pointee.byteCount
        remove(run)
        markAsPurging(run)
        batch[count] = run
        count += 1
      }
    }
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
      let byteCount = run.pointee.byteCount
      let isClean = empty(run.pointee.start, byteCount)
      lock.lock()
      purgingBytes -= byteCount
      insertCoalesced(run.pointee.start, byteCount, isClean ? .freeClean : .freeDirty, now &+ 1)
      unlock()
      if isClean { purged += byteCount } else { isRefused = true }
    }
    return purged
  }
}
