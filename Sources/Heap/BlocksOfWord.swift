// Blocks of one small span whose bits are in one word.

import Memory

package struct BlocksOfWord {
  /// The word's number in its span.
  package let word: Int
  /// A set bit for each block; at least one.
  package let bits: UInt64

  package init(word: Int, bits: UInt64) {
    self.word = word
    self.bits = bits
  }

  /// Block `index` alone.
  @inline(__always)
  init(_ index: Int) { self.init(word: index >> 6, bits: 1 << UInt64(index & 63)) }

  var count: Int { bits.nonzeroBitCount }
  var isOne: Bool { bits & (bits &- 1) == 0 }

  /// The number of the first block of which `some` has the bit.
  func firstIndex(in some: UInt64) -> Int { word * 64 + (bits & some).trailingZeroBitCount }

  /// Calls `body` with the address of each block.
  func forEachAddress(_ record: UnsafeMutablePointer<SpanRecord>, _ body: (UInt) -> Void) {
    let blockSize = UInt(record.blockSize)
    let start = record.firstBlock + UInt(word * 64) * blockSize
    var left = bits
    while left != 0 {
      body(start + UInt(left.trailingZeroBitCount) * blockSize)
      left &= left - 1
    }
  }
}
