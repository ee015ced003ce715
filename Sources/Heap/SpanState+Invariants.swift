// The equations of a small span's bits (SpanBits.swift), checked by the tests. Only while no other
// thread frees into the span.

import Memory
import Platform
import Synchronization

extension UnsafeMutablePointer where Pointee == SpanState {
  /// The equation that does not hold, or nil.
  package func checkInvariants(_ emptyWord: UnsafeMutablePointer<BlockWord>) -> StaticString? {
    let record = pointee.record
    if record.kind != .small { return "SpanState: record of no small span" }
    if record.state != self { return "SpanState: record.state ≠ state" }
    if UInt(record.blockSize) != pointee.blockSize || pointee.blockSize == 0 {
      return "SpanState: block sizes differ"
    }
    if capacity != record.capacity || capacity != PageMap.sliceSize / Int(pointee.blockSize) {
      return "SpanState: capacity ≠ byteCount / blockSize"
    }
    if pointee.openedWords > wordCount { return "SpanState: openedWords > wordCount" }
    if pointee.openedWords > 0,
      bitsOfNoBlock(Int(pointee.openedWords) - 1) & ~pointee.unopenedBits != 0
    {
      return "SpanState: opened bit of no block"
    }
    return checkWords(wordCount) ?? checkCurrentWord(emptyWord)
  }

  private func checkWords(_ wordCount: Int) -> StaticString? {
    let summary = self.summary.pointee.load(ordering: .relaxed)
    for index in 0..<wordCount {
      let word = localWords[index]
      let remote = remoteWords[index].load(ordering: .relaxed)
      let rest = capacity - index * 64
      let blocks: UInt64 = rest >= 64 ? .max : (1 << UInt64(rest)) - 1
      if (word.claimed | remote) & ~blocks != 0 { return "SpanState: bit of no block" }
      if word.free & ~blocks != ~blocks { return "SpanState: free bit of no block = 0" }
      if word.free & word.claimed | word.free & remote | word.claimed & remote != 0 {
        return "SpanState: bit set twice"
      }
      if word.claimed != 0, pointee.currentWord != localWords + index {
        return "SpanState: claimed blocks behind the current word"
      }
      if remote != 0, summary >> UInt64(index) & 1 == 0 {
        return "SpanState: remote word ≠ 0, its summary bit = 0"
      }
      let opened = Int(pointee.openedWords)
      let unopened = index < opened ? index + 1 < opened ? 0 : pointee.unopenedBits : .max
      if word.free & unopened != unopened { return "SpanState: unopened block that is live" }
    }
    return nil
  }

  private func checkCurrentWord(_ emptyWord: UnsafeMutablePointer<BlockWord>) -> StaticString? {
    if pointee.currentWord == emptyWord { return nil }
    let index = Int(pointee.wordIndex)
    if index >= Int(pointee.openedWords) { return "SpanState: wordIndex ≥ openedWords" }
    if pointee.currentWord != localWords + index {
      return "SpanState: currentWord ≠ localWords + wordIndex"
    }
    let base = pointee.record.firstBlock + UInt(index) * 64 * pointee.blockSize
    return pointee.wordBase == base ? nil : "SpanState: wordBase ≠ the block of the word's bit 0"
  }
}
