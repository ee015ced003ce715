// How a region comes to its addresses: all that it may ever need are reserved, and those that are not needed soon given back.
// Nobody else is there then, and the system fills gaps from their end.

import Memory
import Platform

extension Regions {
  /// 16 MiB of slices, or half of those that there are.
  private var firstStep: Int { max(256, takenCount / 2) }

  /// A region of up to `sliceLimit` slices; nil when the system refuses.
  func reserve(_ sliceLimit: Int, firstOrdinal: Int) -> Region? {
    let guardBytes = Self.guardByteCount
    let dataBytes = sliceLimit * PageMap.sliceSize + 2 * guardBytes
    let recordBytes = sliceLimit * recordStride + 2 * guardBytes
    guard
      let start = pages.reserveAligned(
        byteCount: dataBytes + recordBytes, alignment: PageMap.sliceSize)
    else { return nil }
    var region = Region(
      start: start + UInt(guardBytes), sliceCount: sliceLimit, sliceLimit: sliceLimit,
      records: start + UInt(dataBytes + guardBytes), firstOrdinal: firstOrdinal)
    // Under a limit of addresses there would be others behind it soon.
    if pages.canReserveAt, System.addressLimit == Int.max, firstStep < sliceLimit {
      region.sliceCount = firstStep
      let data = region.start + UInt(firstStep * PageMap.sliceSize + guardBytes)
      let records = region.records + UInt(firstStep * recordStride + guardBytes)
      let end = start + UInt(dataBytes)
      _ = pages.release(data, byteCount: Int(end - data))
      _ = pages.release(records, byteCount: Int(end + UInt(recordBytes) - records))
    }
    let guards = 2 * guardBytes
    pages.setDumped(
      false, start, byteCount: region.sliceCount * PageMap.sliceSize + guards)
    pages.setDumped(
      false, start + UInt(dataBytes), byteCount: region.sliceCount * recordStride + guards)
    return region
  }

  /// Reserves a quarter more slices of a region, or a few; false when others have the addresses behind it, or the system refuses.
  mutating func extend(_ index: Int) -> Bool {
    let region = regions[index]
    let left = region.sliceLimit - region.sliceCount
    return left > 0
      && (extend(index, by: min(left, max(region.sliceCount / 4, 256)))
        || extend(index, by: min(left, 16)))
  }

  private mutating func extend(_ index: Int, by count: Int) -> Bool {
    let region = regions[index]
    let guardBytes = UInt(Self.guardByteCount)
    let data = region.start + UInt(region.sliceCount * PageMap.sliceSize) + guardBytes
    let records = region.records + UInt(region.sliceCount * recordStride) + guardBytes
    if !pages.reserve(at: data, byteCount: count * PageMap.sliceSize) { return false }
    if !pages.reserve(at: records, byteCount: count * recordStride) {
      _ = pages.release(data, byteCount: count * PageMap.sliceSize)
      return false
    }
    pages.setDumped(false, data, byteCount: count * PageMap.sliceSize)
    pages.setDumped(false, records, byteCount: count * recordStride)
    regions[index].sliceCount += count
    return true
  }
}
