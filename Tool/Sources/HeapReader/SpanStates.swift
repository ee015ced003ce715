// The block bits of small spans, copied from the process by few calls, as many states lie next to each other.

import CLive
import Targets

struct SpanStates {
  private let layout: HeapLayout
  let counts: Bool
  private var bytes: [UInt8] = []
  // Where the state of each record begins in `bytes`; -1: none was read.
  private(set) var places: [Int] = []

  // Gaps up to this are read, too: a call costs as much.
  private static var longestGap: UInt64 { 4096 }
  private static var longestRead: UInt64 { 1 << 20 }

  /// `counts`: behind the bits it stands what was asked for of each block.
  init(_ layout: HeapLayout, counts: Bool) {
    self.layout = layout
    self.counts = counts
  }

  /// Copies the states of small spans among `records`.
  mutating func read(_ records: [SliceRecord], _ memory: any TargetMemory) {
    places = [Int](repeating: -1, count: records.count)
    let order = records.indices.filter {
      records[$0].isSmall(layout) && records[$0].isSound(layout) && records[$0].state != 0
    }.sorted { records[$0].state < records[$1].state }
    var first = 0
    while first < order.count {
      let start = records[order[first]].state
      var end = start &+ UInt64(byteCount(records[order[first]]))
      var behind = first + 1
      while behind < order.count {
        let record = records[order[behind]]
        let newEnd = record.state &+ UInt64(byteCount(record))
        if record.state > end &+ Self.longestGap || newEnd < start { break }
        if newEnd - start > Self.longestRead { break }
        end = max(end, newEnd)
        behind += 1
      }
      let place = bytes.count
      let count = append(start, Int(end &- start), memory)
      for index in order[first..<behind] {
        let distance = Int(records[index].state - start)
        if distance + byteCount(records[index]) <= count { places[index] = place + distance }
      }
      first = behind
    }
  }

  /// Copies the state of record `index` again, or that of another span in its place.
  mutating func readAgain(_ index: Int, _ record: SliceRecord, _ memory: any TargetMemory) {
    places[index] = -1
    if !record.isSmall(layout) || !record.isSound(layout) || record.state == 0 { return }
    let place = bytes.count
    let wanted = byteCount(record)
    if append(record.state, wanted, memory) == wanted { places[index] = place }
  }

  private mutating func append(_ address: UInt64, _ count: Int, _ memory: any TargetMemory) -> Int {
    let read = memory.bytes(at: address, count: count)
    bytes += read
    return read.count
  }

  private func localByteCount(_ record: SliceRecord) -> Int {
    (Int(layout.table.state.local_words) + record.wordCount * 16 + 63) & ~63
  }

  // Bits of whole cache lines.
  private func byteCount(_ record: SliceRecord) -> Int {
    let bits = localByteCount(record) + (8 * (record.wordCount + 1) + 63) & ~63
    return counts ? bits + record.capacity * slackWidth(record) : bits
  }

  private func slackWidth(_ record: SliceRecord) -> Int {
    record.blockSize < UInt32(layout.table.state.long_block) ? 1 : 2
  }

  /// Whether the copied state is that of the record's span.
  func isSound(_ index: Int, _ record: SliceRecord) -> Bool {
    let place = places[index]
    if place < 0 { return false }
    let at = layout.table.state
    return bytes.withUnsafeBytes { bytes in
      func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ field: UInt16, _ type: Number.Type
      ) -> Number {
        bytes.loadUnaligned(
          fromByteOffset: place + Int(min(field, at.local_words - 8)), as: Number.self)
      }
      return number(at.record, UInt64.self) == record.address
        && number(at.block_size, UInt64.self) == UInt64(record.blockSize)
        && number(at.capacity, UInt16.self) == UInt16(record.capacity)
        && number(at.first_block, UInt64.self) == record.start + UInt64(record.lead)
        && Int(number(at.opened_words, UInt8.self)) <= record.wordCount
        && Int(number(at.summary_distance, UInt16.self)) == localByteCount(record)
    }
  }

  /// Calls `body` with each word that has live blocks: its number, and a bit for each live block. Of a sound state.
  func forEachWord(_ index: Int, _ record: SliceRecord, _ body: (Int, UInt64) -> Void) {
    let place = places[index]
    let at = layout.table.state
    let remote = localByteCount(record) + 8
    bytes.withUnsafeBytes { bytes in
      func word(_ distance: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: place + distance, as: UInt64.self)
      }
      let opened = Int(bytes[place + Int(at.opened_words)])
      for number in 0..<opened {
        let local = Int(at.local_words) + number * 16
        var live = ~(word(local) | word(local + 8) | word(remote + number * 8))
        if number == opened - 1 { live &= ~word(Int(at.unopened_bits)) }
        let blocks = record.capacity - number * 64
        if blocks < 64 { live &= 1 << UInt64(blocks) - 1 }
        if live != 0 { body(number, live) }
      }
    }
  }

  /// By how much block `number` is longer than what was asked for; nil where that is not counted.
  func slack(_ index: Int, _ record: SliceRecord, _ number: Int) -> UInt64? {
    if !counts { return nil }
    let width = slackWidth(record)
    let place = places[index] + byteCount(record) - (record.capacity - number) * width
    return width == 1
      ? UInt64(bytes[place]) : UInt64(bytes[place]) | UInt64(bytes[place + 1]) << 8
  }
}
