// Some blocks of one small span: those of up to 64 addresses whose bit is set.

import Memory

struct BlocksOfSpan {
  let addresses: UnsafePointer<UInt>
  let chosen: UInt64

  /// The first address alone.
  init(_ addresses: UnsafePointer<UInt>) { self.init(addresses, chosen: 1) }

  init(_ addresses: UnsafePointer<UInt>, chosen: UInt64) {
    self.addresses = addresses
    self.chosen = chosen
  }

  /// None of them.
  var none: BlocksOfSpan { BlocksOfSpan(addresses, chosen: 0) }

  /// Calls `body` with the number of each block.
  @inline(__always)
  func forEach(_ record: UnsafeMutablePointer<SpanRecord>, _ body: (Int) -> Void) {
    var rest = chosen
    while rest != 0 {
      let address = addresses[rest.trailingZeroBitCount]
      rest &= rest - 1
      if let index = record.index(address) { body(index) }
    }
  }

  /// Calls `body` with numbers of words of block bits and the bits; blocks that follow each other come together.
  @inline(__always)
  func forEachWord(_ record: UnsafeMutablePointer<SpanRecord>, _ body: (Int, UInt64) -> Void) {
    var word = -1
    var bits: UInt64 = 0
    forEach(record) { index in
      if index >> 6 != word {
        if bits != 0 { body(word, bits) }
        word = index >> 6
        bits = 0
      }
      bits |= 1 << UInt64(index & 63)
    }
    if bits != 0 { body(word, bits) }
  }
}
