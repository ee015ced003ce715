// The system's part of giving addresses back (PageHeap+Release), without the lock: nobody knows of the addresses any more.

import Platform

extension PageHeap {
  // False when the system refuses, as there are too many mappings: the addresses are lost, without contents.
  borrowing func release(_ range: FreedRange) -> Bool {
    var inner = range.start + UInt(PageMap.sliceSize)
    while inner + UInt(PageMap.sliceSize) < range.end {
      forget(inner)
      inner += UInt(PageMap.sliceSize)
    }
    PageMap.forget(range.start, byteCount: Int(range.end - range.start), pages: pages)
    let page = UInt(System.pageSize)
    // The slices that stay, but for the pages next to what is committed. Where the system refuses they can be accessed.
    if range.start < range.releasedStart, range.start < range.end {
      _ = pages.seal(range.start + page, byteCount: Int(range.releasedStart - range.start - page))
    }
    if range.releasedEnd < range.end {
      _ = pages.seal(range.releasedEnd, byteCount: Int(range.end - range.releasedEnd - page))
    }
    return pages.release(range.releasedStart, byteCount: range.byteCount)
  }

  // Others may be given these addresses: nothing may be known of them any more. But a second free of a large block
  // is to be known as one, as long as it is certain where it began.
  func forget(_ slice: UInt) {
    let record = PageMap.knownRecord(slice)
    let isBlock =
      part == .largeBlocks && record.pointee.kind.isFreeRun && record.pointee.blockSize > 0
    record.pointee.kind = isBlock ? .tombstone : .none
    if !isBlock { return }
    record.pointee.start = slice
    record.pointee.byteCount = Int(record.pointee.blockSize)
    record.pointee.blockSize = 0
  }
}

/// A clean run that nobody knows of any more, and what of it and around it goes back.
struct FreedRange {
  let start: UInt
  let end: UInt
  let releasedStart: UInt
  let releasedEnd: UInt

  var byteCount: Int { Int(releasedEnd - releasedStart) }
}
