// Records of addresses that went back to the system. Each gigabyte has a mebibyte of them: they are given back, too, page
// by page, but for the pages on which a record still tells something.

import Platform

extension PageMap {
  /// Bytes of the addresses whose records are one page.
  static var pageReach: Int { System.pageSize / MemoryLayout<SpanRecord>.stride * sliceSize }

  /// Gives the pages back whose records are all of the range and know of nothing: they read as zero from then on. The caller
  /// keeps everybody from writing to the range's records.
  package static func forget<Pages: PageSource>(_ start: UInt, byteCount: Int, pages: Pages) {
    let reach = UInt(pageReach)
    let end = (start + UInt(byteCount)) & ~(reach - 1)
    var first: UInt = 0
    var behind: UInt = 0
    var address = (start + reach - 1) & ~(reach - 1)
    // The window begins, and each leaf, at a multiple of a page's reach.
    while address < end {
      let page = UInt(bitPattern: knownRecord(address))
      if tellsNothing(address, reach) {
        if page != behind {
          purge(first, behind, pages)
          first = page
        }
        behind = page + UInt(System.pageSize)
      }
      address += reach
    }
    purge(first, behind, pages)
  }

  private static func tellsNothing(_ start: UInt, _ byteCount: UInt) -> Bool {
    var address = start
    while address < start + byteCount {
      if knownRecord(address).pointee.kind != .none { return false }
      address += UInt(sliceSize)
    }
    return true
  }

  private static func purge<Pages: PageSource>(_ first: UInt, _ behind: UInt, _ pages: Pages) {
    if behind > first { _ = pages.purge(first, byteCount: Int(behind - first)) }
  }
}
