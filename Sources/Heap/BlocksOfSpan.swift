// Some blocks of one small span: the addresses in a list, of which each has the place of the next one.

import Memory

struct BlocksOfSpan {
  let addresses: UnsafePointer<UInt>
  /// For the place of each address that of the next, or `end`.
  let next: UnsafePointer<Int16>
  let first: Int16

  static let end: Int16 = -1

  /// Calls `body` with the number of each block.
  @inline(__always)
  func forEach(_ record: UnsafeMutablePointer<SpanRecord>, _ body: (Int) -> Void) {
    var place = first
    while place != Self.end {
      if let index = record.index(addresses[Int(place)]) { body(index) }
      place = next[Int(place)]
    }
  }

  /// Calls `body` with numbers of words of block bits and the bits; blocks that follow each other come together,
  /// a block that is there twice comes twice.
  @inline(__always)
  func forEachWord(_ record: UnsafeMutablePointer<SpanRecord>, _ body: (Int, UInt64) -> Void) {
    var word = -1
    var bits: UInt64 = 0
    forEach(record) { index in
      let bit: UInt64 = 1 << UInt64(index & 63)
      if index >> 6 != word || bits & bit != 0 {
        if bits != 0 { body(word, bits) }
        word = index >> 6
        bits = 0
      }
      bits |= bit
    }
    if bits != 0 { body(word, bits) }
  }
}

/// Blocks of several spans, sorted by span in one pass: a table of buckets, each a list of places.
struct SpanBuckets: ~Copyable {
  private var heads = InlineArray<64, Int16>(repeating: BlocksOfSpan.end)
  private var next = InlineArray<64, Int16>(repeating: BlocksOfSpan.end)

  /// Calls `body` with the blocks of each span among the `count` ≤ 64 addresses.
  mutating func forEachSpan(
    _ addresses: UnsafePointer<UInt>, count: Int, _ body: (BlocksOfSpan) -> Void
  ) {
    for place in 0..<count {
      let bucket = Self.bucket(addresses[place])
      next[place] = heads[bucket]
      heads[bucket] = Int16(place)
    }
    for bucket in 0..<heads.count {
      while heads[bucket] != BlocksOfSpan.end { takeSpan(bucket, addresses, body) }
    }
  }

  private static func bucket(_ address: UInt) -> Int {
    let slice = address >> PageMap.sliceShift
    return Int((slice ^ slice >> 6) & 63)
  }

  // Divides a bucket's list into that of the first address' span and the rest.
  private mutating func takeSpan(
    _ bucket: Int, _ addresses: UnsafePointer<UInt>, _ body: (BlocksOfSpan) -> Void
  ) {
    let first = heads[bucket]
    let slice = addresses[Int(first)] >> PageMap.sliceShift
    var last = first
    var rest = BlocksOfSpan.end
    var lastOfRest = BlocksOfSpan.end
    var place = next[Int(first)]
    while place != BlocksOfSpan.end {
      if addresses[Int(place)] >> PageMap.sliceShift == slice {
        next[Int(last)] = place
        last = place
      } else {
        if rest == BlocksOfSpan.end { rest = place } else { next[Int(lastOfRest)] = place }
        lastOfRest = place
      }
      place = next[Int(place)]
    }
    next[Int(last)] = BlocksOfSpan.end
    if rest != BlocksOfSpan.end { next[Int(lastOfRest)] = BlocksOfSpan.end }
    heads[bucket] = rest
    withUnsafePointer(to: &next) {
      let next = UnsafeRawPointer($0).assumingMemoryBound(to: Int16.self)
      body(BlocksOfSpan(addresses: addresses, next: next, first: first))
    }
  }
}
