// From which of its words of block bits a span serves malloc: claiming the free blocks of a word, opening more
// blocks, and seeing that words have become free. Owner only.
//
//   unopened ──(no opened word has free blocks, or they gather few)──> claimed ──(malloc took all)──> opened
//   opened ──(its turn has come, and it has free blocks)──> claimed
//
// Words are claimed in turn: the one that waited longest has had time to gather most blocks. A span opens 4 KiB of
// blocks first, and then as many as are open already, 16 KiB at most: a program that has few blocks of a size
// touches few pages. What was opened once is claimed by whole words.

import Memory

extension UnsafeMutablePointer where Pointee == SpanState {
  /// Whether more blocks are to be opened: none are, or the opened words gather few. Owner only.
  @inline(__always)
  var wantsBlocks: Bool { pointee.yield < pointee.leastYield }

  /// Claims all free blocks of the next opened word that has one, in turn, so that words have time to gather more.
  /// False when no opened word has one. Only when a word is opened, and the current one has no claimed blocks left.
  /// Owner only.
  @inline(__always)
  package func claimWord() -> Bool {
    let opened = Int(pointee.openedWords)
    var index = Int(pointee.wordIndex)
    repeat {
      index &+= 1
      if index >= opened { index = 0 }
      var bits = localWord(index).pointee.free
      if index &+ 1 == opened { bits &= ~pointee.unopenedBits }
      if bits != 0 {
        claim(bits, index)
        return true
      }
    } while index != Int(pointee.wordIndex)
    return false
  }

  /// Claims the next word, and opens blocks where it is time to; false when the span has no free blocks but
  /// remote ones.
  /// `wishes` counts how often spans of the thread wanted to open blocks.
  package func nextWord(_ wishes: inout UInt8) -> Bool {
    let isClaimed =
      wantsBlocks && (pointee.openedWords == 0 || isWorthMore(&wishes)) && openBlocks()
      || pointee.openedWords != 0 && claimWord() || openBlocks()
    if isClaimed, pointee.sampleCountdown == 0 { claimUpToSample() }
    return isClaimed
  }

  // To refill a span for few blocks at a time is dear only where it is done often: not where eight other sizes of
  // the thread bring as few. Then the span asks again some refills later.
  private func isWorthMore(_ wishes: inout UInt8) -> Bool {
    wishes &+= 1
    let others = wishes &- pointee.lastWish
    pointee.lastWish = wishes
    if others <= 8 || pointee.openCount == mostOpenCount { return true }
    pointee.yield = 256
    return false
  }

  /// Opens the next blocks of the last opened word, or of another word when all of that one are opened, and claims
  /// what is free there; false when all blocks are opened.
  package func openBlocks() -> Bool {
    if pointee.leastYield == 0 { return false }
    var opened = Int(pointee.openedWords)
    let isFirst = opened == 0
    if isFirst || pointee.unopenedBits == bitsOfNoBlock(opened &- 1) {
      if opened == wordCount { return false }
      opened += 1
      pointee.openedWords = UInt8(opened)
      pointee.unopenedBits = .max
    }
    let index = opened &- 1
    pointee.unopenedBits = pointee.unopenedBits << UInt64(pointee.openCount) | bitsOfNoBlock(index)
    if !isFirst { pointee.openCount = min(pointee.openCount * 2, mostOpenCount) }
    pointee.leastYield = leastYield
    claim(localWords[index].free & ~pointee.unopenedBits, index)
    return true
  }

  /// Makes the span open as many blocks at once as ever: its thread needs many of them.
  func openMost() { pointee.openCount = mostOpenCount }

  private var mostOpenCount: UInt8 {
    max(SpanState.openCount(Int(pointee.blockSize), byteCount: 16384), 2)
  }

  /// Whether block `index` was opened: others were never given to anybody.
  package func isOpened(_ index: Int) -> Bool {
    let last = Int(pointee.openedWords) - 1
    return index >> 6 < last
      || index >> 6 == last && pointee.unopenedBits >> UInt64(index & 63) & 1 == 0
  }

  // Four times three sixteenths of what can be claimed at once: twelve blocks of 64. A refill costs some seven
  // instructions for each of them then, and at most a fifth of the span's opened blocks is free. As many of less than 64
  // only where the next blocks are few pages.
  var leastYield: UInt16 {
    let opened = Int(pointee.openedWords)
    if opened == wordCount, pointee.unopenedBits == bitsOfNoBlock(opened &- 1) { return 0 }
    if opened > 1 { return 48 }
    let most = mostOpenCount
    if pointee.openCount < most { return min(UInt16(most) * 3 + 2, 48) }
    // At least two.
    return UInt16((~pointee.unopenedBits).nonzeroBitCount * 3 / 4)
  }

  /// The bits of word `index` that stand for no block.
  func bitsOfNoBlock(_ index: Int) -> UInt64 {
    let blocks = capacity - index * 64
    return blocks >= 64 ? 0 : .max << UInt64(blocks)
  }

  @inline(__always)
  private func claim(_ bits: UInt64, _ index: Int) {
    let word = localWord(index)
    word.pointee = BlockWord(free: word.pointee.free & ~bits, claimed: bits)
    // To count takes fifteen instructions.
    if pointee.leastYield != 0 {
      let count = UInt16(truncatingIfNeeded: bits.nonzeroBitCount)
      pointee.yield = pointee.yield &- pointee.yield &>> 2 &+ count
    }
    pointee.sampleCountdown &-= 1
    pointee.wordIndex = UInt8(truncatingIfNeeded: index)
    pointee.wordBase =
      pointee.firstBlock &+ UInt(bitPattern: index &<< 6) &* pointee.blockSize
    pointee.currentWord = word
  }

  /// Whether the span stays where it is when all blocks of `word` become free, one of its words: false when the
  /// slow path has to look after it, or at the clock. Owner only.
  @inline(__always)
  func keepsFreeWord(_ word: Int) -> Bool {
    if pointee.list == .current {
      let count = Int16(truncatingIfNeeded: min(capacity, 64))
      if pointee.countdown <= count || isIdle(word) { return false }
      pointee.countdown &-= count
      return true
    }
    return !isEmpty(but: word, word)
  }

  /// Whether the current span has no live block outside of the current word and of `word`, though it had some: its
  /// thread may have no use for it any more. Owner only.
  @inline(__always)
  func isIdle(_ word: Int?) -> Bool {
    let current = Int(pointee.wordIndex)
    return pointee.openedWords > 1
      && UInt(pointee.openedWords) &* 64 &* pointee.blockSize >= Self.idleByteCount
      && isEmpty(but: word ?? current, current)
  }

  // To look after less would cost more than it brings: its owner may use it again at once.
  private static var idleByteCount: UInt { 8192 }

  /// Whether all blocks outside of two words are free by the free bits.
  @inline(__always)
  private func isEmpty(but word: Int, _ other: Int) -> Bool {
    for index in 0..<wordCount
    where localWords[index].free != .max && index != word && index != other { return false }
    return true
  }

  /// Makes the fast path of malloc pass the span by. Owner only.
  package func close(_ emptyWord: UnsafeMutablePointer<BlockWord>) {
    if pointee.currentWord == emptyWord { return }
    // Of the blocks before the sampling point some may not have been taken.
    if pointee.isSampleDue { drawSample() }
    pointee.currentWord.pointee.free |= pointee.currentWord.pointee.claimed
    pointee.currentWord.pointee.claimed = 0
    pointee.currentWord = emptyWord
    forgetHoles()
  }
}
