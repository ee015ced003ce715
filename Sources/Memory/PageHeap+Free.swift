// How a run is taken back. A long one: without what its owner did to its mapping. madvise(2), mprotect(2) and mlock(2)
// hold for addresses, so the next owner of the run would have them, too: a forked child that sees zeros, or no
// memory at all.
//
// Who changes something of a run makes a mapping of it, or several. So an untouched run lies in one mapping
// together with the pages before and behind it, which the kernel tells in one call. From any other run each
// attribute is taken away; locked pages are mapped anew, which takes away their contents, too.
//
// The kernel does not always make one mapping again of what was several: pages that were first touched apart stay
// apart. numpy asks for huge pages for each array, for instance. So the run keeps its contents, at the price
// of some calls at each free, until it is purged.

import Platform
import Synchronization

extension PageHeap {
  /// Takes back a run from its head record. The caller has made the run unreachable for the fast
  /// path (its owner is zero).
  package mutating func free(_ record: UnsafeMutablePointer<SpanRecord>, _ now: UInt32) {
    lock.lock()
    defer { unlock() }
    freeLocked(record, now)
  }

  /// As `free`, by a caller that holds the lock.
  package mutating func freeLocked(_ record: UnsafeMutablePointer<SpanRecord>, _ now: UInt32) {
    usedBytes -= record.pointee.byteCount
    // Also when the run joins the one before it and this is no run's head any more: whoever looks the
    // address up must not find a block.
    record.pointee.kind = .freeDirty
    publish(
      .free, record.pointee.start, byteCount: record.pointee.byteCount)
    insertCoalesced(record.pointee.start, record.pointee.byteCount, .freeDirty, now)
    requestPurge(now)
  }

  /// Makes sure that a tick comes when the purge delay has passed. Needs no lock.
  package borrowing func requestPurge(_ now: UInt32) {
    if settings.purgeDelay < 0 || purgeIsDue.load(ordering: .relaxed) { return }
    requestPurge(at: now &+ UInt32(settings.purgeDelay))
  }

  /// The same for a time of the caller's choice.
  package borrowing func requestPurge(at deadline: UInt32) {
    if settings.purgeDelay < 0 { return }
    purgeDeadline.store(deadline, ordering: .relaxed)
    purgeIsDue.store(true, ordering: .releasing)
  }

  /// The same if the deadline is later, or there is none.
  borrowing func requestPurge(noLaterThan deadline: UInt32) {
    let isSooner = Int32(bitPattern: purgeDeadline.load(ordering: .relaxed) &- deadline) > 0
    if isSooner || !purgeIsDue.load(ordering: .relaxed) { requestPurge(at: deadline) }
  }

  // MARK: Without what the owner did

  /// Shorter runs are not looked at: the call costs a quarter of a microsecond, in which they are made resident.
  package static var checkedByteCount: Int { 1 << 18 }

  /// Makes the run no block any more; the caller holds the lock, and calls `finishFree` without it.
  package mutating func beginFree(_ record: UnsafeMutablePointer<SpanRecord>) {
    usedBytes -= record.pointee.byteCount
    markAsPurging(record)
  }

  /// Puts the run into the bins: dirty, or clean if it had to be mapped anew.
  package mutating func finishFree(_ run: UnsafeMutablePointer<SpanRecord>, _ now: UInt32) {
    let start = run.pointee.start
    let byteCount = run.pointee.byteCount
    let isNew = !isPlain(start, byteCount) && pages.renew(start, byteCount: byteCount)
    if isNew { settings.adviseHugePages(pages, start, byteCount: byteCount) }
    lock.lock()
    purgingBytes -= byteCount
    run.pointee.kind = isNew ? .freeClean : .freeDirty
    publish(.free, start, byteCount: byteCount)
    insertCoalesced(start, byteCount, isNew ? .freeClean : .freeDirty, now)
    if !isNew { requestPurge(now) }
    unlock()
  }

  // Whether the run has no attributes of its own, now.
  private borrowing func isPlain(_ start: UInt, _ byteCount: Int) -> Bool {
    let page = System.pageSize
    if pages.isOneMapping(start - UInt(page), byteCount: byteCount + 2 * page) { return true }
    // Where huge pages are for those that ask for them, not to ask and not to want them is the same.
    pages.useHugePages(settings.hugePages == .always, start, byteCount: byteCount)
    return pages.resetAttributes(start, byteCount: byteCount)
  }
}
