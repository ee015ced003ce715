// From which of its words of block bits a span serves malloc: claiming free blocks of a word, opening another
// word, and seeing that words have become free. Owner only.
//
//   unopened ──(no opened word has free blocks, or they gather few)──> claimed ──(malloc took all)──> opened
//   opened ──(its turn has come, and it has free blocks)──> claimed
//
// Words are claimed in turn: the one that waited longest has had time to gather most blocks.

import Memory

extension UnsafeMutablePointer where Pointee == SpanState {
  /// Whether another word is to be opened, as those that are gather few blocks. Owner only.
  @inline(__always)
  var wantsWord: Bool {
    pointee.yield < leastYield && Int(pointee.openedWords) < wordCount
  }

  /// Makes malloc take from the next opened word that has a free block, in turn, so that words have time to gather
  /// more. False when no opened word has one. Only when the current word has no claimed blocks left. Owner only.
  @inline(__always)
  package func claimWord() -> Bool {
    let opened = Int(pointee.openedWords)
    var index = Int(pointee.wordIndex)
    for _ in 0..<opened {
      index = index &+ 1 < opened ? index &+ 1 : 0
      if claim(index) { return true }
    }
    return false
  }

  // Four times three sixteenths of what can be claimed at once: twelve blocks of 64. A refill costs some nine
  // instructions for each of them then, and at most a fifth of the span's opened blocks is free.
  @inline(__always)
  private var leastYield: UInt16 { ((64 &- UInt16(pointee.claimShift)) &* 3) &>> 2 }

  /// Claims the next word, opened or not; false when the span has no free blocks but remote ones.
  @inline(__always)
  package func nextWord() -> Bool { wantsWord && openWord() || claimWord() || openWord() }

  /// Opens the next word, and claims it; false when all are.
  package func openWord() -> Bool {
    let opened = Int(pointee.openedWords)
    if opened == wordCount { return false }
    pointee.openedWords = UInt8(truncatingIfNeeded: opened &+ 1)
    return claim(opened)
  }

  @inline(__always)
  private func claim(_ index: Int) -> Bool {
    let word = localWords + index
    let unused = index &+ 1 == wordCount ? pointee.unusedBits : 0
    let free = word.pointee.free
    if free == unused { return false }
    // The lowest free block and its neighbours.
    let lowest = UInt64(truncatingIfNeeded: (free & ~unused).trailingZeroBitCount)
    let shift = UInt64(pointee.claimShift)
    let neighbours = (UInt64.max &>> shift) &<< (lowest & shift)
    let bits = free & ~unused & neighbours
    word.pointee = BlockWord(free: free & ~bits, claimed: bits)
    pointee.yield =
      pointee.yield &- pointee.yield &>> 2 &+ UInt16(truncatingIfNeeded: bits.nonzeroBitCount)
    pointee.wordIndex = UInt8(truncatingIfNeeded: index)
    pointee.wordBase =
      pointee.firstBlock &+ UInt(bitPattern: index &<< 6) &* pointee.blockSize
    pointee.currentWord = word
    return true
  }

  /// Whether the span stays where it is when all blocks of `word` become free, one of its words: false when the
  /// slow path has to look after it, or at the clock. Owner only.
  @inline(__always)
  func keepsFreeWord(_ word: Int) -> Bool {
    if pointee.position == .current {
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
    pointee.currentWord.pointee.free |= pointee.currentWord.pointee.claimed
    pointee.currentWord.pointee.claimed = 0
    pointee.currentWord = emptyWord
  }
}
