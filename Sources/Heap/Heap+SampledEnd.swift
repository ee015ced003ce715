// Sampled blocks that go all at once, as their heap is emptied or ends; and the spans that it keeps for further ones.

import Memory

extension Heap {
  /// Tells the sampler of all blocks of a run, which are freed at once.
  func endSamples(in record: Record) {
    switch record.kind {
    case .small: if isSampled(record), let state = record.state { endSamples(in: state) }
    case .medium, .large: if record.asBlock.isSampled { endSample(record, record.start) }
    default: break
    }
  }

  private func endSamples(in state: State) {
    collectSampled(state)
    for word in 0..<state.wordCount {
      let bits = ~(state.localWords[word].free | state.bitsOfNoBlock(word))
      BlocksOfWord(word: word, bits: bits).forEachAddress(state.record) {
        Policy.Sampler.freed($0)
      }
    }
  }

  /// Tells the sampler of all blocks of the heap, which is about to end with them. Nobody uses it meanwhile.
  func endAllSamples() {
    var runs = RunWalk(self)
    while let (record, _) = runs.next() { endSamples(in: record) }
    var next = large.head
    while let record = next {
      next = record.next
      endSamples(in: record)
    }
  }

  /// Gives back the spans of sampled blocks that are kept without a block, of a heap that serves no
  /// allocation any more. Slow path: busy.
  func releaseEmptySampled() {
    sampled.lock.lock()
    defer { sampled.lock.unlock() }
    for sizeClass in 0..<classes.count {
      while let state = sampled.first[sizeClass], state.liveCount == 0 {
        sampled.remove(state, sizeClass)
        retire(state, nil)
      }
    }
  }
}
