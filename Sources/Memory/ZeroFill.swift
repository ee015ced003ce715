// Zero for calloc in a long block that somebody had before. Of such a block the last owner may have touched a few
// pages only. The others read as zero; writing zero there would make them resident, for the sake of an owner who
// may not touch them either. So each page is read first, and written only if there is something to clear: a page
// that was in use shows that in its first words.

import Platform

package enum ZeroFill {
  /// Makes all bytes from `address`, a page's first, zero. Costs a read of each page that is zero already: less than
  /// the write.
  package static func clear(_ address: UInt, byteCount: Int) {
    let end = address + UInt(byteCount)
    var page = address
    // The first of the pages before `page` that are to be cleared together.
    var first = address
    while page < end {
      let behind = min(page + UInt(System.pageSize), end)
      if isZero(page, to: behind) {
        fill(first, to: page)
        first = behind
      }
      page = behind
    }
    fill(first, to: end)
  }

  private static func isZero(_ start: UInt, to end: UInt) -> Bool {
    var address = start
    while address < end {
      let words = UnsafePointer<UInt64>(bitPattern: address).unsafelyUnwrapped
      // A line at once. Blocks of whole pages have whole lines.
      let low = words[0] | words[1] | words[2] | words[3]
      if low | words[4] | words[5] | words[6] | words[7] != 0 { return false }
      address += 64
    }
    return true
  }

  private static func fill(_ start: UInt, to end: UInt) {
    if start == end { return }
    UnsafeMutableRawPointer(bitPattern: start).unsafelyUnwrapped.initializeMemory(
      as: UInt8.self, repeating: 0, count: Int(end - start))
  }
}
