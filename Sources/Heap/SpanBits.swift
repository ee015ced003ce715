// The block bits of a small span. A set bit is a free block. The bits lie apart from the blocks, so
// a rogue write cannot lead the allocator astray, and a second free finds its bit set. The heap never
// reads a block to find the next one; the one word that it writes into blocks is a mark (PendingMark).
//
//   local words     the owner's, no atomics: its free sets bits, malloc claims the bits of a word and takes
//                   the claimed ones
//   remote words    other threads' frees set bits (fetch-or); the owner takes whole words (exchange)
//   summary         bit w: remote word w became non-zero; set after the word, cleared before it
//
//   block i is free  ⇔  bit i is set in one of these: free bits, claimed bits, remote words
//
// Blocks are opened before they are first taken (SpanWords): low ones first, and mostly freed blocks of opened
// words before the next unopened one, so that a span touches few pages.

import CShims
import Memory
import Platform
import Synchronization

extension UnsafeMutablePointer where Pointee == SpanState {
  @inline(__always)
  package var localWords: UnsafeMutablePointer<BlockWord> {
    UnsafeMutableRawPointer(self + 1).assumingMemoryBound(to: BlockWord.self)
  }

  /// As `localWords + index`, for the fast path: the compiler adds up the address once, but for what the processor adds.
  @inlinable @inline(__always)
  func localWord(_ index: Int) -> UnsafeMutablePointer<BlockWord> {
    let distance = index &* MemoryLayout<BlockWord>.stride
    let place = swiftmalloc_opaque(UnsafeMutableRawPointer(self) + distance).unsafelyUnwrapped
    return (place + MemoryLayout<SpanState>.stride).assumingMemoryBound(to: BlockWord.self)
  }

  @inline(__always)
  package var summary: UnsafeMutablePointer<Atomic<UInt64>> {
    (UnsafeMutableRawPointer(self) + Int(pointee.summaryDistance))
      .assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  package var remoteWords: UnsafeMutablePointer<Atomic<UInt64>> { summary + 1 }

  /// The summary of the record's span, found without a look at what the owner writes: for other threads.
  @inline(__always)
  func summary(
    of record: UnsafeMutablePointer<SpanRecord>
  ) -> UnsafeMutablePointer<Atomic<UInt64>> { summary(wordCount: record.wordCount) }

  /// The remote words of the record's span, in the same manner.
  @inline(__always)
  func remoteWords(
    of record: UnsafeMutablePointer<SpanRecord>
  ) -> UnsafeMutablePointer<Atomic<UInt64>> { summary(of: record) + 1 }

  @inline(__always)
  private func summary(wordCount: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    (UnsafeMutableRawPointer(self) + Self.localByteCount(wordCount))
      .assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Bytes of the state and of so many local words: whole cache lines.
  static func localByteCount(_ wordCount: Int) -> Int {
    (MemoryLayout<SpanState>.stride + wordCount * MemoryLayout<BlockWord>.stride + 63) & ~63
  }

  /// Bytes of a state with so many words, without slacks.
  package static func byteCount(wordCount: Int) -> Int {
    localByteCount(wordCount) + (8 * (wordCount + 1) + 63) & ~63
  }

  /// All `capacity` blocks free, none opened.
  package func initialize(
    record: UnsafeMutablePointer<SpanRecord>, emptyWord: UnsafeMutablePointer<BlockWord>,
    blockSize: Int, capacity: Int, maker: UInt
  ) {
    let wordCount = (capacity + 63) / 64
    initialize(
      to: SpanState(
        record: record, emptyWord: emptyWord,
        summaryDistance: Self.localByteCount(wordCount),
        slacks: slacks(wordCount: wordCount, sizeClass: record.sizeClass),
        blockSize: blockSize, firstBlock: record.firstBlock, capacity: capacity, maker: maker))
    for index in 0..<wordCount {
      localWords[index] = BlockWord(free: .max)
      remoteWords[index].store(0, ordering: .relaxed)
    }
    summary.pointee.store(0, ordering: .relaxed)
  }

  /// Free blocks by the local words.
  package var freeCount: Int {
    var count = -bitsOfNoBlock(wordCount - 1).nonzeroBitCount
    for index in 0..<wordCount {
      count += (localWords[index].free | localWords[index].claimed).nonzeroBitCount
    }
    return count
  }

  /// As `freeCount`, but it stops at the word with which it is `limit` or more, and is `limit` then.
  func freeCount(upTo limit: Int) -> Int {
    var count = -bitsOfNoBlock(wordCount - 1).nonzeroBitCount
    for index in (0..<wordCount).reversed() {
      count += (localWords[index].free | localWords[index].claimed).nonzeroBitCount
      if count >= limit { return limit }
    }
    return count
  }

  /// Whether all blocks are free by the free bits alone.
  var isEmpty: Bool {
    for index in 0..<wordCount where localWords[index].free != .max { return false }
    return true
  }

  /// Whether all blocks are free by the free and the claimed bits.
  var hasNoLiveBlock: Bool {
    for index in 0..<wordCount where free(index) != .max { return false }
    return true
  }

  /// Free blocks by the remote words; other threads may change it meanwhile.
  package var remoteFreeCount: Int {
    var count = 0
    for index in 0..<wordCount {
      count += remoteWords[index].load(ordering: .relaxed).nonzeroBitCount
    }
    return count
  }

  package var capacity: Int { Int(pointee.capacity) }
  /// Words of bits on either side.
  package var wordCount: Int { (capacity + 63) / 64 }

  /// Sets the bit of block `index`; false when it was set. Owner only.
  @inline(__always)
  package func setLocal(_ index: Int) -> Bool { setLocal(BlocksOfWord(index)) == 0 }

  /// Sets the bits of `blocks`, or none and returns those that were set. Owner only.
  func setLocal(_ blocks: BlocksOfWord) -> UInt64 {
    let twice = free(blocks.word) & blocks.bits
    if twice == 0 { localWords[blocks.word].free |= blocks.bits }
    return twice
  }

  private func free(_ word: Int) -> UInt64 { localWords[word].free | localWords[word].claimed }

  /// Whether block `index` is free by any kind of bit. The owner's bits of a live block are stable,
  /// so any thread that frees a live block reads false.
  package func isFree(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(index & 63)
    return free(index >> 6) & bit != 0
      || remoteWords[index >> 6].load(ordering: .relaxed) & bit != 0
  }

  /// Moves the remote bits to the local words and returns their number. Owner only. A block whose
  /// bit is set on both sides was freed twice: its index is returned instead.
  package func collectRemote() -> RemoteBlocks {
    // An exchange would write to a line that is often cold, and for the free of a full span seldom finds a bit.
    if summary.pointee.load(ordering: .sequentiallyConsistent) == 0 { return .collected(0) }
    var count = 0
    // Acquire: partner is the release of the summary bit in `setRemoteBits`. The summary is taken
    // first: a bit that comes later sets it again.
    SharedCounters.count(.summaryTaken)
    var words = summary.pointee.exchange(0, ordering: .sequentiallyConsistent)
    while words != 0 {
      let index = words.trailingZeroBitCount
      words &= words - 1
      SharedCounters.count(.remoteBitsTaken)
      let bits = remoteWords[index].exchange(0, ordering: .acquiring)
      let twice = bits & free(index)
      if twice != 0 { return .freedTwice(index * 64 + twice.trailingZeroBitCount) }
      localWords[index].free |= bits
      count += bits.nonzeroBitCount
    }
    return .collected(count)
  }
}

/// What `collectRemote` found.
package enum RemoteBlocks {
  case collected(Int)
  /// The index of a block that two threads freed.
  case freedTwice(Int)
}
