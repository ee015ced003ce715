// The changing half of a small span: which of its blocks are free. It lies in metadata memory, apart
// from the blocks and apart from the record that other threads read. The block bits follow it:
//
//   state + 64                     wordCount words: bit set = free block, owner only
//   next cache line                summary word: bit w set = remote word w is worth a look
//   behind it                      wordCount words: bit set = freed by another thread
//
// Heap gives these words their meaning (Heap/SpanBits.swift).

/// A small span's block bits; Heap defines what is in it.
package struct SpanState {
  /// The word of block bits that malloc takes from: a set bit is a free block.
  package var currentWord: UnsafeMutablePointer<UInt64>
  /// Where the block of bit 0 of the state's own first byte would be, were there one: the block of a
  /// bit is at `base` + blockSize × its distance from the state's beginning in bits. Never changes.
  package let base: UInt
  package var blockSize: UInt32
  /// Frees by the owner until its slow path looks at the span again.
  package var countdown: Int32
  package var record: UnsafeMutablePointer<SpanRecord>
  package var next: UnsafeMutablePointer<SpanState>?
  package var previous: UnsafeMutablePointer<SpanState>?
  /// The thread cache that made the span, as an owner.
  package var home: UInt
  /// Words of bits the span has; words that blocks were taken from so far; the word in use.
  package var wordCount: UInt16
  package var openedWords: UInt16
  package var wordIndex: UInt16
  package var position: SpanPosition
  package var isForeign: Bool

  /// A state in no list, with no word opened.
  package init(
    record: UnsafeMutablePointer<SpanRecord>, emptyWord: UnsafeMutablePointer<UInt64>,
    blockSize: Int, wordCount: Int, home: UInt
  ) {
    currentWord = emptyWord
    let headBits = UInt(8 * MemoryLayout<SpanState>.stride)
    base = blockSize == 0 ? 0 : record.pointee.start &- headBits &* UInt(blockSize)
    self.blockSize = UInt32(blockSize)
    countdown = 0
    self.record = record
    next = nil
    previous = nil
    self.home = home
    self.wordCount = UInt16(wordCount)
    openedWords = 0
    wordIndex = 0
    position = .none
    isForeign = false
  }
}

/// Where a small span stands in the heap's lists.
package enum SpanPosition: UInt8 {
  /// In no list: full, or on its way.
  case none
  /// The span that its owner's malloc takes from.
  case current
  /// In its owner's list of spans with free blocks.
  case partial
  /// In the central list of its class.
  case central
}
