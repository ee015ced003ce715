// Holes of a small span: system pages on which no live block lies. They go back to the system while the span waits in a
// list, and are faulted in again when malloc takes blocks on them: the bits of these blocks stay what they are.
//
//   hole      all blocks on the page are free by the owner's bits, none is claimed; or no block lies on it
//   gone      a hole that has no contents since the span was made, or since it was given back (SpanRecord)
//   idle      a hole at the last look at the span, too

import Memory
import Platform

extension UnsafeMutablePointer where Pointee == SpanState {
  /// A bit for each page of the span that is a hole. Owner only; the span is not the current one.
  func holes() -> UInt16 {
    let page = System.pageSize
    let lead = Int(pointee.record.lead)
    // ⌈2³² / blockSize⌉, by which a distance in the span divides exactly.
    let reciprocal = UInt64(pointee.record.reciprocal)
    var holes: UInt16 = 0
    var first = 0
    for index in 0..<PageMap.sliceSize / page {
      let behind = (index + 1) * page - lead
      var isHole = true
      if behind > 0 {
        let last = min(Int((UInt64(behind - 1) * reciprocal) >> 32), capacity - 1)
        isHole = areFree(first, last)
        let endsThere = (last + 1) * Int(pointee.blockSize) == behind
        first = endsThere ? last + 1 : last
      }
      if isHole { holes |= 1 << UInt16(index) }
    }
    return holes
  }

  // Whether all blocks from one to another, that one with it, are free by the free bits.
  private func areFree(_ first: Int, _ last: Int) -> Bool {
    var index = first
    while index <= last {
      let behind = min(last + 1, (index | 63) + 1)
      let bits: UInt64 = (.max >> UInt64(64 - (behind - index))) << UInt64(index & 63)
      if localWords[index >> 6].free & bits != bits { return false }
      index = behind
    }
    return true
  }

  /// Forgets what was known of pages whose blocks malloc may have taken: the span was the current one.
  func forgetHoles() {
    let record = pointee.record
    record.idlePages = 0
    if record.gonePages != 0 { record.gonePages &= unopenedPages() }
  }

  // Pages behind the last opened block.
  private func unopenedPages() -> UInt16 {
    let opened = Int(pointee.openedWords)
    let last = opened == 0 ? 0 : (~pointee.unopenedBits).nonzeroBitCount - 64
    let end =
      Int(pointee.record.lead) + (opened * 64 + last) * Int(pointee.blockSize)
    let pages = (end + System.pageSize - 1) / System.pageSize
    return pages >= 16 ? 0 : .max << UInt16(pages)
  }
}
