// The page map of a process: the records of all its slices, in the window's table and in leaves. Only what was written to is
// read, so that the process gets no pages by it.

import CLive
import Targets

struct RecordTable {
  let memory: any TargetMemory
  let layout: HeapLayout

  private static var stride: UInt64 { 64 }
  private static var recordsOfAChunk: Int { 1024 }
  // 4 TiB of addresses in slices: more than any window.
  private static var longestWindow: UInt64 { 1 << 26 }

  /// Every record that may hold blocks, in the order of the addresses.
  func all() throws(HeapReaderError) -> [SliceRecord] {
    guard let window = layout.window(memory), window.sliceCount <= Self.longestWindow else {
      throw .damaged("the window of its page map is none", layout.address)
    }
    var found: [SliceRecord] = []
    try readWindow(window, &found)
    let inWindow = found.count
    try readLeaves(window, &found)
    if found.count > inWindow { found.sort { $0.slice < $1.slice } }
    return found
  }

  /// The record again; nil when it holds no blocks any more, or cannot be read.
  func again(_ record: SliceRecord) -> SliceRecord? {
    let bytes = memory.bytes(at: record.address, count: Int(Self.stride))
    if bytes.count < Int(Self.stride) { return nil }
    let new = bytes.withUnsafeBytes {
      SliceRecord($0, address: record.address, slice: record.slice, layout)
    }
    return SliceRecord.holdsBlocks(new.kind, layout) ? new : nil
  }

  private func readWindow(
    _ window: (start: UInt64, sliceCount: UInt64, records: UInt64), _ found: inout [SliceRecord]
  ) throws(HeapReaderError) {
    let chunkCount = min(
      Int(layout.table.chunk_count),
      (Int(window.sliceCount) + Self.recordsOfAChunk - 1) / Self.recordsOfAChunk)
    let wordCount = (chunkCount + 63) / 64
    let bits = memory.bytes(at: layout.address(layout.table.window_chunks), count: wordCount * 8)
    if bits.count < wordCount * 8 {
      throw .damaged("it cannot be read which parts of its page map are in use", layout.address)
    }
    for chunk in 0..<chunkCount where bits[chunk / 8] >> UInt8(chunk % 8) & 1 != 0 {
      let first = UInt64(chunk * Self.recordsOfAChunk)
      try read(
        window.records &+ first * Self.stride, slice: window.start &+ first << 16,
        count: Self.recordsOfAChunk, &found)
    }
  }

  private func readLeaves(
    _ window: (start: UInt64, sliceCount: UInt64, records: UInt64), _ found: inout [SliceRecord]
  ) throws(HeapReaderError) {
    var next: UInt64 = 0
    for mapping in memory.mappings {
      let first = max(mapping.start >> 16, next)
      let behind = (mapping.end &+ 0xffff) >> 16
      if first >= behind { continue }
      next = behind
      if first &- window.start >> 16 < window.sliceCount,
        behind &- 1 &- window.start >> 16 < window.sliceCount
      {
        continue
      }
      try readLeaves(first..<behind, window, &found)
    }
  }

  private func readLeaves(
    _ slices: Range<UInt64>, _ window: (start: UInt64, sliceCount: UInt64, records: UInt64),
    _ found: inout [SliceRecord]
  ) throws(HeapReaderError) {
    let regions = slices.lowerBound >> 16...(slices.upperBound - 1) >> 16
    if regions.upperBound >= UInt64(layout.table.region_count) { return }
    let leaves = memory.bytes(
      at: layout.address(layout.table.page_map) &+ regions.lowerBound * 8, count: regions.count * 8)
    for (index, region) in regions.enumerated() {
      if leaves.count < index * 8 + 8 { return }
      let leaf = leaves.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
      }
      if leaf == 0 { continue }
      var slice = max(slices.lowerBound, region << 16)
      let end = min(slices.upperBound, (region + 1) << 16)
      while slice < end {
        let count = min(Int(end - slice), Self.recordsOfAChunk)
        let before = found.count
        try read(leaf &+ (slice & 0xffff) * Self.stride, slice: slice << 16, count: count, &found)
        // The window's own records count there.
        if found.count > before {
          found[before...].removeAll { $0.slice &- window.start < window.sliceCount << 16 }
        }
        slice += UInt64(count)
      }
    }
  }

  private func read(
    _ address: UInt64, slice: UInt64, count: Int, _ found: inout [SliceRecord]
  ) throws(HeapReaderError) {
    let stride = Int(Self.stride)
    let isRead = withUnsafeTemporaryAllocation(byteCount: count * stride, alignment: 64) { buffer in
      if memory.read(address, into: buffer) < buffer.count { return false }
      let kindPlace = Int(min(layout.table.record.kind, 63))
      for index in 0..<count {
        let kind = buffer[index * stride + kindPlace]
        if kind == 0 || !SliceRecord.holdsBlocks(kind, layout) { continue }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[index * stride..<(index + 1) * stride])
        found.append(
          SliceRecord(
            bytes, address: address &+ UInt64(index * stride), slice: slice &+ UInt64(index) << 16,
            layout))
      }
      return true
    }
    if !isRead { throw .damaged("a part of its page map cannot be read", address) }
  }
}
