// Sampled blocks. Small ones lie in spans of their own, whose owner is `sampled`: so each of their
// frees comes to the slow path, and the fast paths ask nothing. A medium or large block is told by
// its record, as its free is slow anyway.
//
// These spans keep their block bits as others do. All of a heap have one lock, which is taken for
// each sampled block. Those that have a free block are in the list of their class.

import Memory
import Platform
import Synchronization

extension Heap {
  // MARK: Allocation

  /// Draws the sampling points of the thread's current spans again when sampling began, ended or
  /// has another interval. Slow path: busy.
  @inline(__always)
  func noteSampling(_ cache: Cache) {
    if !storage.pointee.takesSamples { return }
    Policy.Sampler.look()
    let epoch = Sampling.epoch.load(ordering: .relaxed)
    if cache.pointee.samplingEpoch != epoch { drawSamples(cache, epoch) }
  }

  @inline(never)
  private func drawSamples(_ cache: Cache, _ epoch: UInt32) {
    cache.pointee.samplingEpoch = epoch
    for sizeClass in 0..<classes.count {
      let state = cache.pointee.current[sizeClass]
      if state != emptyState { state.drawSample() }
    }
  }

  /// The sampled block of the class if the call is to be one; nil otherwise, and when there is no
  /// memory for it. Slow path: busy.
  @inline(__always)
  func takeSample(_ cache: Cache, _ sizeClass: Int) -> UInt? {
    let state = cache.pointee.current[sizeClass]
    return state.pointee.isSampleDue ? takeDueSample(state, sizeClass) : nil
  }

  @inline(never)
  private func takeDueSample(_ state: State, _ sizeClass: Int) -> UInt? {
    state.drawSample()
    sampled.lock.lock()
    defer { sampled.lock.unlock() }
    guard let span = sampled.first[sizeClass] ?? newSampledSpan(sizeClass) else {
      state.skipSample()
      return nil
    }
    return takeFirstFree(span, sizeClass)
  }

  // Of a span that has a free block.
  private func takeFirstFree(_ state: State, _ sizeClass: Int) -> UInt? {
    for word in 0..<state.wordCount {
      let bits = state.localWords[word].free & ~state.bitsOfNoBlock(word)
      if bits == 0 { continue }
      let index = word * 64 + bits.trailingZeroBitCount
      state.localWords[word].free &= ~(bits & (0 &- bits))
      state.liveCount += 1
      if Int(state.liveCount) == state.capacity { sampled.remove(state, sizeClass) }
      return state.pointee.firstBlock + UInt(index) * state.pointee.blockSize
    }
    return nil
  }

  private func newSampledSpan(_ sizeClass: Int) -> State? {
    guard let state = makeSpan(sizeClass, owner: SpanOwner.sampled, nil) else { return nil }
    state.liveCount = 0
    state.pointee.openedWords = UInt8(state.wordCount)
    state.pointee.unopenedBits = state.bitsOfNoBlock(state.wordCount - 1)
    sampled.push(state, sizeClass)
    return state
  }

  /// Tells the sampler of a sampled small block that was just allocated. The block, or a guarded
  /// one in its place. Behind the slow path.
  func tellSampler(_ address: UInt, _ byteCount: Int, alignment: Int) -> UInt {
    let blockSize = Int(PageMap.knownRecord(address).blockSize)
    let purpose = Sampling.purpose(blockSize)
    // Of the process' heap alone: others are emptied at once.
    let mayBeGuarded = purpose.isGuarded && isProcess
    let block = mayBeGuarded ? guarded(address, byteCount, alignment, blockSize) : address
    if purpose.isTold { tellSampler(block, byteCount, weightOf: blockSize) }
    return block
  }

  // A guarded block in the place of the sampled one; that one, when this one is not guarded.
  private func guarded(
    _ address: UInt, _ byteCount: Int, _ alignment: Int, _ blockSize: Int
  ) -> UInt {
    // Of listed classes the length alone may tell what alignment was asked for.
    let natural = classes.areListed ? blockSize & -blockSize : 16
    let block = Policy.Sampler.allocateGuarded(
      byteCount, alignment: max(alignment, natural), heap: heapAddress)
    if block == 0 { return address }
    free(address)
    return block
  }

  /// The small block at `address` stays where it is, with another length.
  func noteResized(_ address: UInt, _ byteCount: Int) {
    if !isSampled(address) { return }
    let blockSize = Int(PageMap.knownRecord(address).blockSize)
    Policy.Sampler.resized(address, byteCount: byteCount, weight: Sampling.weight(blockSize))
  }

  /// Draws whether a new medium or large block is sampled, and tells the sampler. Behind the slow path.
  func sampleApart(_ address: UInt, _ byteCount: Int) {
    if address == 0 || !storage.pointee.takesSamples || !Sampling.takes(byteCount) { return }
    if !Sampling.purpose(byteCount).isTold { return }
    PageMap.knownRecord(address).asBlock.isSampled = true
    tellSampler(address, byteCount, weightOf: byteCount)
  }

  private func tellSampler(_ address: UInt, _ byteCount: Int, weightOf sampledCount: Int) {
    Policy.Sampler.allocated(
      address, byteCount: byteCount, weight: Sampling.weight(sampledCount),
      heap: storage.pointee.note)
  }

  /// Whether the live small block at `address` is sampled.
  @inline(__always)
  func isSampled(_ address: UInt) -> Bool { isSampled(PageMap.knownRecord(address)) }

  @inline(__always)
  func isSampled(_ record: Record) -> Bool {
    record.pointee.owner.load(ordering: .relaxed) == SpanOwner.sampled
  }

  // MARK: Free

  /// Tells the sampler that a medium or large block is about to be freed, if it begins at `address`.
  func endSample(_ record: Record, _ address: UInt) {
    if record.start != address { return }
    record.asBlock.isSampled = false
    Policy.Sampler.freed(address)
  }

  /// Frees block `index`, at `address`, of a span of sampled blocks. Slow path: busy.
  func freeSampled(_ record: Record, _ index: Int, _ address: UInt) -> BadFree? {
    sampled.lock.lock()
    defer { sampled.lock.unlock() }
    guard let state = record.state else { return BadFree(freed: record, address) }
    collectSampled(state)
    if let badFree = secondFree(state, index, address) { return badFree }
    endSamples(BlocksOfWord(index), state)
    if state.liveCount == 0 { retireSampled(state) }
    return nil
  }

  /// As above, for threads without a cache.
  func freeSampled(_ record: Record, _ blocks: BlocksOfWord) {
    blocks.forEachAddress(record) { address in
      guard let index = record.index(address) else { return }
      if let badFree = freeSampled(record, index, address) { badFree.end() }
    }
  }

  private func endSamples(_ blocks: BlocksOfWord, _ state: State) {
    blocks.forEachAddress(state.record) { Policy.Sampler.freed($0) }
    giveBack(blocks, state.record, state)
    if Int(state.liveCount) == state.capacity {
      sampled.push(state, Int(state.record.sizeClass))
    }
    state.liveCount -= Int16(blocks.count)
  }

  // What signal handlers freed that interrupted a slow path.
  func collectSampled(_ state: State) {
    if state.summary.pointee.load(ordering: .relaxed) == 0 { return }
    var words = state.summary.pointee.exchange(0, ordering: .sequentiallyConsistent)
    while words != 0 {
      let word = words.trailingZeroBitCount
      words &= words - 1
      let bits = state.remoteWords[word].exchange(0, ordering: .acquiring)
      if bits != 0 { endSamples(BlocksOfWord(word: word, bits: bits), state) }
    }
  }

  // Of classes with short blocks an empty span stays for the next sample: its pages are few.
  private func retireSampled(_ state: State) {
    let sizeClass = Int(state.record.sizeClass)
    let isOnly = state.pointee.next == nil && state.pointee.previous == nil
    if isOnly, state.pointee.blockSize <= 1024, Sampling.isOn { return }
    sampled.remove(state, sizeClass)
    retire(state, nil)
  }
}
