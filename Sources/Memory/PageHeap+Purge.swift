// Giving dirty pages back. A tick of any thread's slow path sees that the deadline has passed and
// purges what is older than the delay; there is no thread for it. Runs are taken out of the bins a
// few at a time under the lock, the kernel is called without it, and they come back as clean runs.
//
// Each run is purged once per delay at most, so the cost is bounded by that of making the run. One
// that the kernel refuses (locked pages) is stamped with a time that is still to come, so that the
// same pass does not take it again.

import Platform
import Synchronization

extension PageHeap where Pages: PageSource {
  private static var batchCount: Int { 32 }

  /// Whether a tick has something to do at `now`.
  @inline(__always)
  package borrowing func purgeDeadlineHasPassed(_ now: UInt32) -> Bool {
    purgeIsDue.load(ordering: .acquiring)
      && Int32(bitPattern: now &- purgeDeadline.load(ordering: .relaxed)) >= 0
  }

  /// Purges the dirty runs that are at least `age` milliseconds old. `timesOut` stops after a
  /// bounded number of runs; the next tick goes on. Returns the bytes purged.
  @discardableResult
  package mutating func purge(age: UInt32, now: UInt32, timesOut: Bool) -> Int {
    var purged = 0
    var rounds = 0
    var isRefused = false
    var batch = InlineArray<32, UnsafeMutablePointer<SpanRecord>?>(repeating: nil)
    while !timesOut || rounds < 16 {
      rounds += 1
      let count = takeExpired(&batch, age: age, now: now)
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
    _ batch: inout InlineArray<32, UnsafeMutablePointer<SpanRecord>?>, age: UInt32, now: UInt32
  ) -> Int {
    lock.lock()
    defer { unlock() }
    var count = 0
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

  private mutating func markAsPurging(_ run: UnsafeMutablePointer<SpanRecord>) {
    run.pointee.kind = .purging
    PageMap.knownRecord(run.pointee.start + UInt(run.pointee.byteCount) - 1).pointee.kind = .purging
    purgingBytes += run.pointee.byteCount
  }

  private mutating func purge(
    _ batch: borrowing InlineArray<32, UnsafeMutablePointer<SpanRecord>?>, count: Int,
    now: UInt32, _ isRefused: inout Bool
  ) -> Int {
    var purged = 0
    for index in 0..<count {
      guard let run = batch[index] else { continue }
      let byteCount = run.pointee.byteCount
      let isClean = pages.purge(run.pointee.start, byteCount: byteCount)
      lock.lock()
      purgingBytes -= byteCount
      insertCoalesced(run.pointee.start, byteCount, isClean ? .freeClean : .freeDirty, now &+ 1)
      unlock()
      if isClean { purged += byteCount } else { isRefused = true }
    }
    return purged
  }
}
