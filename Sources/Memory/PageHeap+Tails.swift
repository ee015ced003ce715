// The tail of a medium or large block: what is left of its last slices behind the pages that were
// asked for. Nobody may use it.
//
//   | usable bytes, in whole pages | tail, fifteen pages at most |        the slices of a block
//
// It has contents when the run was dirty that the block was made of, and when the block was longer
// before. Then they go back once: by malloc_trim, and when the purge delay has passed. Where huge
// pages are wanted they stay, as a tail is not worth one.
//
// What a record says of its tail is written under the heap's lock, and the system is called under
// it, for a few tails at a time. So a block that grows where it stands does so before the call,
// which then leaves its bytes alone, or after it, and then nobody has written them yet.
//
//   list       newest first, of medium blocks whose tails have contents. Large ones are in a list of their own already
//              (LargeBlocks.head): that one is walked, when `tailCount` tells that it is worth it

import Platform
import Synchronization

extension PageHeap {
  /// Tails that go back under one hold of the lock: some fifty microseconds.
  package static var tailLimit: Int { 16 }
  // Of these, in a call of a program's own.
  private static var stepLimit: Int { 4 }

  // MARK: Under the lock

  /// Notes that so many bytes of a block were asked for, from now on. `hasContents` tells whether
  /// its slices have any behind them.
  package mutating func setUsable(
    _ record: UnsafeMutablePointer<SpanRecord>, _ byteCount: Int, hasContents: Bool
  ) {
    forgetTail(record)
    record.asBlock.setUsable(byteCount)
    if !hasContents || record.asBlock.tailByteCount == 0 { return }
    if settings.hugePages == .always || !pages.canSeal { return }
    record.asBlock.hasOldTail = true
    tailCount += 1
    if part == .spans { insertTail(record) }
    requestPurge(lastTime)
  }

  /// The same of a block that was so long before: it may have been used up to there.
  mutating func changeUsable(
    _ record: UnsafeMutablePointer<SpanRecord>, from oldByteCount: Int, to byteCount: Int
  ) {
    let isShorter = System.roundUpToPage(byteCount) < oldByteCount
    let hasContents = record.asBlock.hasOldTail || isShorter
    setUsable(record, byteCount, hasContents: hasContents)
  }

  /// The block's tail does not go back: it has become another, or the block ends.
  package mutating func forgetTail(_ record: UnsafeMutablePointer<SpanRecord>) {
    if !record.asBlock.hasOldTail { return }
    record.asBlock.hasOldTail = false
    tailCount -= 1
    if part == .spans { removeTail(record) }
  }

  /// The block is freed: its record becomes that of a free run, which knows how long the block was.
  package mutating func noteFreed(_ record: UnsafeMutablePointer<SpanRecord>) {
    forgetTail(record)
    record.asBlock.noteFreed()
  }

  /// Gives the tail of a block back that has contents. The bytes; 0 when the system refuses (locked
  /// pages), which is not asked again.
  package mutating func purgeTail(_ record: UnsafeMutablePointer<SpanRecord>) -> Int {
    forgetTail(record)
    let byteCount = record.asBlock.tailByteCount
    let start = record.start + UInt(record.asBlock.usableByteCount)
    return pages.purge(start, byteCount: byteCount) ? byteCount : 0
  }

  /// The equation that does not hold for the list, or nil.
  borrowing func checkTails() -> StaticString? {
    if part != .spans { return nil }
    var count = 0
    var previous: UnsafeMutablePointer<SpanRecord>?
    var next = firstTail
    while let record = next {
      count += 1
      if record.kind != .medium || !record.asBlock.hasOldTail || record.asBlock.tailByteCount == 0 {
        return "PageHeap: no tail with contents in the list of tails"
      }
      if record.previous != previous { return "PageHeap: links of the list of tails differ" }
      previous = record
      next = record.next
    }
    if previous != lastTail || count != tailCount { return "PageHeap: tailCount ≠ Σ tails" }
    return nil
  }

  // MARK: Medium blocks

  /// Gives the tails back that have had contents for `age` milliseconds. `timesOut` as that of
  /// `purge`. Returns the bytes.
  mutating func purgeTails(age: UInt32, now: UInt32, timesOut: Bool) -> Int {
    var purged = 0
    var steps = 0
    var goesOn = lastTail != nil
    while goesOn, !timesOut || steps < Self.stepLimit {
      gate.enter()
      defer { gate.leave() }
      goesOn = purgeSomeTails(age, now, &purged)
      steps += 1
    }
    if goesOn { requestPurge(noLaterThan: now) }
    return purged
  }

  // Whether there are more that are old enough.
  private mutating func purgeSomeTails(_ age: UInt32, _ now: UInt32, _ purged: inout Int) -> Bool {
    lock.lock()
    defer { lock.unlock() }
    for _ in 0..<Self.tailLimit {
      guard let oldest = lastTail else { return false }
      let since = oldest.pointee.timestamp
      if Int32(bitPattern: now &- since) < Int32(bitPattern: age) {
        requestPurge(noLaterThan: since &+ age)
        return false
      }
      purged += purgeTail(oldest)
    }
    return lastTail != nil
  }

  // The time is that of the call before: to ask for it would cost as much as the rest.
  private mutating func insertTail(_ record: UnsafeMutablePointer<SpanRecord>) {
    record.pointee.timestamp = lastTime
    record.previous = nil
    record.next = firstTail
    firstTail?.pointee.previous = record
    firstTail = record
    if lastTail == nil { lastTail = record }
  }

  private mutating func removeTail(_ record: UnsafeMutablePointer<SpanRecord>) {
    if let previous = record.previous {
      previous.pointee.next = record.next
    } else {
      firstTail = record.next
    }
    if let next = record.next {
      next.pointee.previous = record.previous
    } else {
      lastTail = record.previous
    }
  }
}
