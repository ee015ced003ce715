// Free runs of slices, by length: a list for each length up to 32 slices, then four lists for each
// doubling, and a bit for each list that is not empty. Taking and finding costs the same whatever
// the number of runs: a list of mixed lengths is looked through for a few entries only, then
// the next longer list is sure to fit.
//
//   runs in bins = runs whose head record has this bins' kind
//   bit b of `occupied` is set  ⇔  heads[b] ≠ nil

import Platform

package struct RunBins: ~Copyable {
  private var heads = InlineArray<128, UnsafeMutablePointer<SpanRecord>?>(repeating: nil)
  private var occupied = InlineArray<2, UInt64>(repeating: 0)
  /// Bytes in all runs here.
  package private(set) var byteCount = 0

  package init() {}

  package static let binCount = 128
  private static let exactCount = 32
  private static let searchLimit = 8

  package static func bin(_ sliceCount: Int) -> Int {
    if sliceCount <= exactCount { return sliceCount - 1 }
    let exponent = Int.bitWidth - 1 - sliceCount.leadingZeroBitCount
    let quarter = (sliceCount >> (exponent - 2)) & 3
    return min(exactCount + (exponent - 5) * 4 + quarter, binCount - 1)
  }

  package mutating func insert(_ run: UnsafeMutablePointer<SpanRecord>) {
    let bin = Self.bin(run.pointee.byteCount / PageMap.sliceSize)
    run.pointee.previous = nil
    run.pointee.next = heads[bin]
    heads[bin]?.pointee.previous = run
    heads[bin] = run
    occupied[bin >> 6] |= 1 << UInt64(bin & 63)
    byteCount += run.pointee.byteCount
  }

  package mutating func remove(_ run: UnsafeMutablePointer<SpanRecord>) {
    let bin = Self.bin(run.pointee.byteCount / PageMap.sliceSize)
    if let previous = run.pointee.previous {
      previous.pointee.next = run.pointee.next
    } else {
      heads[bin] = run.pointee.next
      if heads[bin] == nil { occupied[bin >> 6] &= ~(1 << UInt64(bin & 63)) }
    }
    run.pointee.next?.pointee.previous = run.pointee.previous
    run.pointee.next = nil
    run.pointee.previous = nil
    byteCount -= run.pointee.byteCount
  }

  /// A run of at least `sliceCount` slices, still in its list, or nil.
  package borrowing func find(_ sliceCount: Int) -> UnsafeMutablePointer<SpanRecord>? {
    let bin = Self.bin(sliceCount)
    var candidate = heads[bin]
    var looked = 0
    while let run = candidate, looked < Self.searchLimit || bin == Self.binCount - 1 {
      if run.pointee.byteCount >= sliceCount * PageMap.sliceSize { return run }
      candidate = run.pointee.next
      looked += 1
    }
    return firstHead(from: bin + 1)
  }

  /// The head of the first list that is not empty, from `bin` on.
  package borrowing func firstHead(from bin: Int) -> UnsafeMutablePointer<SpanRecord>? {
    var bin = bin
    while bin < Self.binCount {
      let rest = occupied[bin >> 6] >> UInt64(bin & 63)
      if rest != 0 { return heads[bin + rest.trailingZeroBitCount] }
      bin = (bin | 63) + 1
    }
    return nil
  }

  /// The number of the last list that is not empty, before `bin`; nil when there is none.
  borrowing func lastBin(before bin: Int) -> Int? {
    var bin = bin - 1
    while bin >= 0 {
      let rest = occupied[bin >> 6] << UInt64(63 - bin & 63)
      if rest != 0 { return bin - rest.leadingZeroBitCount }
      bin = (bin & ~63) - 1
    }
    return nil
  }

  package borrowing func head(_ bin: Int) -> UnsafeMutablePointer<SpanRecord>? { heads[bin] }
}
