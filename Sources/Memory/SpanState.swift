// The changing half of a small span: which of its blocks are free. It lies in metadata memory, apart
// from the blocks and apart from the record that other threads read. The block bits follow it:
//
//   first cache line               what malloc reads
//   three quarters of a line       what the slow paths know of the span
//   behind it                      wordCount words of the owner's: bit set = free block
//   next cache line                summary word: bit w set = remote word w is worth a look
//   behind it                      wordCount words: bit set = freed by another thread
//
// Heap gives these words their meaning (Heap/SpanBits.swift).

/// The owner's bits of up to 64 blocks. malloc and free write to different halves, so that neither waits for what the
/// other one has just stored.
@usableFromInline
package struct BlockWord {
  /// Free blocks. A bit of no block is always set here, so that a word without live blocks has all bits set.
  @usableFromInline package var free: UInt64
  /// Free blocks that malloc takes one after the other. None but in the word that malloc takes from.
  @usableFromInline package var claimed: UInt64

  package init(free: UInt64, claimed: UInt64 = 0) {
    self.free = free
    self.claimed = claimed
  }
}

/// A small span's block bits; Heap defines what is in it.
@usableFromInline
package struct SpanState {
  /// The word that malloc takes from.
  @usableFromInline package var currentWord: UnsafeMutablePointer<BlockWord>
  /// The block of that word's lowest bit.
  @usableFromInline package var wordBase: UInt = 0
  @usableFromInline package let blockSize: UInt
  /// The span's first block.
  package let firstBlock: UInt
  package var record: UnsafeMutablePointer<SpanRecord>
  package let capacity: UInt16
  /// Words of bits that blocks were taken from so far; the word in use.
  package var openedWords: UInt8 = 0
  package var wordIndex: UInt8 = 0
  package var list = SpanList.none
  package var listFlag = ListFlag.none
  private var countdownOrLiveCount: Int16 = 0
  /// Blocks that the last words brought malloc when it claimed them: four times their average, as it fades.
  package var yield: UInt16 = 256
  /// Blocks that are opened next, a power of two: those of 4 to 16 KiB.
  package var openCount: UInt8
  /// The thread's count of spans that wanted to open blocks when this one did last.
  package var lastWish: UInt8 = 0
  /// From here to the summary of the remote words, in bytes.
  package let summaryDistance: UInt16
  /// More of the span's blocks are to be opened when `yield` is less. 0 when all are opened.
  package var leastYield: UInt16 = .max
  /// Of the last opened word: blocks that are not opened yet, and bits of no block.
  package var unopenedBits: UInt64 = 0
  /// In a process that counts: where it is kept by how much each block is longer than what was asked for, and in the
  /// highest byte the size class (Heap/Slacks.swift).
  package let slacks: UInt
  package var next: UnsafeMutablePointer<SpanState>?
  package var previous: UnsafeMutablePointer<SpanState>?
  /// The thread cache that made the span, as an owner.
  package var maker: UInt
  /// Words to be claimed until the one with the next sampled block, and blocks of it that come before (Heap/SpanSampling).
  package var sampleCountdown: UInt32 = 0
  package var samplePoint: UInt8 = 0
  /// Whether the next block that is taken is sampled.
  package var isSampleDue = false
  /// `yield` while it is.
  package var yieldBeforeSample: UInt16 = 0
  // The words behind it do not cross cache lines.
  private var filler: UInt64 = 0

  /// A state in no list, with no word opened.
  package init(
    record: UnsafeMutablePointer<SpanRecord>, emptyWord: UnsafeMutablePointer<BlockWord>,
    summaryDistance: Int, slacks: UInt, blockSize: Int, firstBlock: UInt, capacity: Int, maker: UInt
  ) {
    currentWord = emptyWord
    self.blockSize = UInt(blockSize)
    self.firstBlock = firstBlock
    self.record = record
    self.maker = maker
    self.summaryDistance = UInt16(summaryDistance)
    openCount = Self.openCount(blockSize, byteCount: 4096)
    self.slacks = slacks
    self.capacity = UInt16(capacity)
  }

  /// Of the current span of a class: frees until the clock is looked at, about.
  @inline(__always)
  package var countdown: Int16 {
    get { countdownOrLiveCount }
    set { countdownOrLiveCount = newValue }
  }

  /// Of a span in a central list: its live blocks. It spares the count of all bits at each free.
  @inline(__always)
  package var liveCount: Int16 {
    get { countdownOrLiveCount }
    set { countdownOrLiveCount = newValue }
  }

  /// How many blocks are opened at once where `byteCount` bytes may be: all blocks of a word would be too much memory for a
  /// program that has few of them, as freed ones are used again only when the claimed ones are used up.
  package static func openCount(_ blockSize: Int, byteCount: Int) -> UInt8 {
    var count = 64
    while count > 1, count * blockSize > byteCount { count /= 2 }
    return UInt8(count)
  }
}

/// Where a small span stands in the heap's lists.
package enum SpanList: UInt8 {
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
package enum ListFlag: UInt8 {
  case none
  /// In a thread's list: another thread made it.
  case adopted
  /// In a central list: empty since the last look at the list.
  case newlyEmpty
  /// In a central list: empty at the last look already.
  case longEmpty
}
