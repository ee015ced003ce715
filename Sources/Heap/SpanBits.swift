// The block bits of a small span. A set bit is a free block. The bits lie apart from the blocks, so
// a rogue write cannot lead the allocator astray, and a second free finds its bit set. The heap never
// reads a block to find the next one; the one word that it writes into blocks is a mark (WaitingMark).
//
//   local words     the owner's: malloc clears bits, the owner's free sets them, no atomics
//   remote words    other threads' frees set bits (fetch-or); the owner takes whole words (exchange)
//   summary         bit w: remote word w became non-zero; set after the word, cleared before it
//
//   block i is free  ⇔  bit i is set in local or in remote words, never in both
//
// A word is opened when blocks are first taken from it: low words first, and freed blocks of opened
// words before the next unopened one, so that a span touches as few pages as it can.

import CShims
import Memory
import Platform
import Synchronization

extension UnsafeMutablePointer where Pointee == SpanState {
  @inline(__always)
  package var localWords: UnsafeMutablePointer<UInt64> {
    UnsafeMutableRawPointer(self + 1).assumingMemoryBound(to: UInt64.self)
  }

  package var summary: UnsafeMutablePointer<Atomic<UInt64>> { summary(wordCount: wordCount) }

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
    UnsafeMutableRawPointer(localWords + Self.paddedWordCount(wordCount))
      .assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  // The local words begin in the line that the state ends in.
  private static func paddedWordCount(_ count: Int) -> Int { (count + 8) & ~7 - 1 }

  /// Bytes of a state with so many words, without slacks.
  package static func byteCount(wordCount: Int) -> Int {
    MemoryLayout<SpanState>.stride
      + 8 * (paddedWordCount(wordCount) + (wordCount + 8) & ~7)
  }

  /// All `capacity` blocks free, none opened.
  package func initialize(
    record: UnsafeMutablePointer<SpanRecord>, emptyWord: UnsafeMutablePointer<UInt64>,
    blockSize: Int, capacity: Int, home: UInt
  ) {
    let wordCount = (capacity + 63) / 64
    initialize(
      to: SpanState(
        record: record, emptyWord: emptyWord,
        slacks: slacks(wordCount: wordCount, sizeClass: record.pointee.sizeClass),
        blockSize: blockSize, capacity: capacity, home: home))
    for index in 0..<wordCount {
      localWords[index] = .max
      remoteWords[index].store(0, ordering: .relaxed)
    }
    if capacity & 63 != 0 { localWords[wordCount - 1] = 1 << UInt64(capacity & 63) - 1 }
    summary.pointee.store(0, ordering: .relaxed)
  }

  /// Free blocks by the local words.
  package var freeCount: Int {
    var count = 0
    for index in 0..<wordCount { count += localWords[index].nonzeroBitCount }
    return count
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
  package func setLocal(_ index: Int) -> Bool {
    swiftmalloc_set_bit(localWords + index &>> 6, UInt64(truncatingIfNeeded: index)) == 0
  }

  /// Sets the bits of `blocks`, or none and returns those that were set. Owner only.
  func setLocal(_ blocks: BlocksOfWord) -> UInt64 {
    let twice = localWords[blocks.word] & blocks.bits
    if twice == 0 { localWords[blocks.word] |= blocks.bits }
    return twice
  }

  /// Whether block `index` is free by either kind of bit. The owner's bit of a live block is stable,
  /// so any thread that frees a live block reads false.
  package func isFree(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(index & 63)
    return localWords[index >> 6] & bit != 0
      || remoteWords[index >> 6].load(ordering: .relaxed) & bit != 0
  }

  /// Moves the remote bits to the local words and returns their number. Owner only. A block whose
  /// bit is set on both sides was freed twice: its index is returned instead.
  package func collectRemote() -> RemoteBlocks {
    // An exchange would write to a line that is often cold, and for the free of a full span seldom finds a bit.
    if summary.pointee.load(ordering: .sequentiallyConsistent) == 0 { return .collected(0) }
    var count = 0
    // Acquire: partner is the release of the summary bit in `freeRemotely`. The summary is taken
    // first: a bit that comes later sets it again.
    SharedCounters.count(.summaryTaken)
    var words = summary.pointee.exchange(0, ordering: .sequentiallyConsistent)
    while words != 0 {
      let index = words.trailingZeroBitCount
      words &= words - 1
      SharedCounters.count(.remoteBitsTaken)
      let bits = remoteWords[index].exchange(0, ordering: .acquiring)
      let twice = bits & localWords[index]
      if twice != 0 { return .freedTwice(index * 64 + twice.trailingZeroBitCount) }
      localWords[index] |= bits
      count += bits.nonzeroBitCount
    }
    return .collected(count)
  }

  /// Makes malloc take from a word that has a free block. False when the span has none but remote
  /// ones. Owner only.
  package func selectWord() -> Bool {
    let opened = Int(pointee.openedWords)
    var index = Int(pointee.wordIndex)
    for _ in 0..<opened {
      index = index + 1 < opened ? index + 1 : 0
      if localWords[index] != 0 {
        select(index)
        return true
      }
    }
    return false
  }

  /// Opens the next word; false when all are.
  package func openWord() -> Bool {
    let opened = pointee.openedWords
    if opened == wordCount { return false }
    pointee.openedWords = opened + 1
    select(Int(opened))
    return true
  }

  private func select(_ index: Int) {
    pointee.wordIndex = UInt8(index)
    pointee.wordBase = pointee.record.firstBlock + UInt(index * 64) * pointee.blockSize
    pointee.currentWord = localWords + index
  }

  /// Makes the fast path of malloc pass the span by. Owner only.
  package func close(_ emptyWord: UnsafeMutablePointer<UInt64>) { pointee.currentWord = emptyWord }
}

/// What `collectRemote` found.
package enum RemoteBlocks {
  case collected(Int)
  /// The index of a block that two threads freed.
  case freedTwice(Int)
}
