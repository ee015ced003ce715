// The changing half of a small span: which of its blocks are free. It lies in metadata memory, apart
// from the blocks and apart from the record that other threads read. The block bits follow it:
//
//   first cache line               what malloc reads
//   second cache line              what free writes: counts, then wordCount words: bit set = free block, owner only
//   next cache line                summary word: bit w set = remote word w is worth a look
//   behind it                      wordCount words: bit set = freed by another thread
//
// Heap gives these words their meaning (Heap/SpanBits.swift).

/// A small span's block bits; Heap defines what is in it.
package struct SpanState {
  /// The word of block bits that malloc takes from: a set bit is a free block.
  package var currentWord: UnsafeMutablePointer<UInt64>
  /// The block of that word's lowest bit.
  package var wordBase: UInt = 0
  package let blockSize: UInt
  package var record: UnsafeMutablePointer<SpanRecord>
  package var next: UnsafeMutablePointer<SpanState>?
  package var previous: UnsafeMutablePointer<SpanState>?
  /// The thread cache that made the span, as an owner.
  package var home: UInt
  /// In a process that counts: where it is kept by how much each block is longer than what was asked for, and in the
  /// highest byte the size class (Heap/Slacks.swift).
  package let slacks: UInt
  /// Frees by the owner until its slow path looks at the span again. While the span is in a central
  /// list: its live blocks.
  package var countdown: Int16 = 0
  package let capacity: UInt16
  /// Words of bits that blocks were taken from so far; the word in use.
  package var openedWords: UInt8 = 0
  package var wordIndex: UInt8 = 0
  package var position = SpanPosition.none
  package var note = SpanNote.none

  /// A state in no list, with no word opened.
  package init(
    record: UnsafeMutablePointer<SpanRecord>, emptyWord: UnsafeMutablePointer<UInt64>,
    slacks: UInt, blockSize: Int, capacity: Int, home: UInt
  ) {
    currentWord = emptyWord
    self.blockSize = UInt(blockSize)
    self.record = record
    self.home = home
    self.slacks = slacks
    self.capacity = UInt16(capacity)
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

/// What a list knows of a span in it.
package enum SpanNote: UInt8 {
  case none
  /// In a thread's list: another thread made it.
  case foreign
  /// In a central list: empty since the last look at the list.
  case newlyEmpty
  /// In a central list: empty at the last look already.
  case longEmpty
}
