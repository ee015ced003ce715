// How a long run is taken back: without what its owner did to its mapping. madvise(2), mprotect(2) and mlock(2)
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

import CShims
import Live
import Platform

extension PageHeap where Pages: PageSource {
  /// Shorter runs are not looked at: the call costs a quarter of a microsecond, in which they are made resident.
  package static var checkedByteCount: Int { 1 << 18 }

  /// As `free`, for a run of which somebody may have changed attributes.
  package mutating func freeChecked(_ record: UnsafeMutablePointer<SpanRecord>, _ now: UInt32) {
    lock.lock()
    beginFree(record)
    unlock()
    finishFree(record, now)
  }

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
    publish(SWIFTMALLOC_LIVE_SLICE_FREE, start, byteCount: byteCount)
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
