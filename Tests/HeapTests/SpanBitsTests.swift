// The block bits of a span against a set of free blocks: taken, freed by the owner, freed by others,
// collected.

import Heap
import Memory
import Synchronization
import TestPages
import Testing

@Suite struct SpanBitsTests {
  typealias State = UnsafeMutablePointer<SpanState>

  /// A span's state and record in memory of the test's own.
  private final class Span {
    let memory: UnsafeMutableRawPointer
    let state: State
    let emptyWord: UnsafeMutablePointer<BlockWord>
    let record: UnsafeMutablePointer<SpanRecord>
    var wishes: UInt8 = 0

    /// A slice with as many blocks as it holds, or with fewer behind a longer gap.
    init(blockSize: Int, capacity: Int? = nil) {
      let capacity = capacity ?? PageMap.sliceSize / blockSize
      let stateBytes = State.byteCount(wordCount: (capacity + 63) / 64)
      memory = .allocate(byteCount: stateBytes + 128, alignment: 64)
      // What was there before must not matter, but for the record and the empty word.
      memory.initializeMemory(as: UInt8.self, repeating: 0xa5, count: stateBytes)
      (memory + stateBytes).initializeMemory(as: UInt8.self, repeating: 0, count: 128)
      state = memory.assumingMemoryBound(to: SpanState.self)
      record = (memory + stateBytes).assumingMemoryBound(to: SpanRecord.self)
      emptyWord = (memory + stateBytes + 64).assumingMemoryBound(to: BlockWord.self)
      record.pointee.kind = .small
      record.pointee.start = 1 << 40
      record.pointee.byteCount = PageMap.sliceSize
      record.pointee.blockSize = UInt32(blockSize)
      record.pointee.lead = UInt16(PageMap.sliceSize - capacity * blockSize)
      record.pointee.state = state
      state.initialize(
        record: record, emptyWord: emptyWord, blockSize: blockSize, capacity: capacity, maker: 1)
    }

    deinit { memory.deallocate() }

    /// Takes a block as malloc does: its index, or nil.
    func take() -> Int? {
      if state.pointee.currentWord.pointee.claimed == 0, !state.nextWord(&wishes) { return nil }
      let bits = state.pointee.currentWord.pointee.claimed
      let bit = bits.trailingZeroBitCount
      state.pointee.currentWord.pointee.claimed = bits & (bits - 1)
      let address = state.pointee.wordBase + UInt(bit) * state.pointee.blockSize
      let distance = Int(address - record.pointee.start) - Int(record.pointee.lead)
      let index = distance / Int(state.pointee.blockSize)
      return distance == index * Int(state.pointee.blockSize) && index < state.capacity
        ? index : nil
    }

    func setRemoteBits(_ index: Int) {
      let bit: UInt64 = 1 << UInt64(index % 64)
      let old = state.remoteWords[index / 64].bitwiseOr(bit, ordering: .relaxed).oldValue
      if old == 0 { state.summary.pointee.bitwiseOr(1 << UInt64(index / 64), ordering: .relaxed) }
    }
  }

  /// What malloc reads is in the first cache line, and no word of the owner's bits lies in two.
  @Test func stateAndRecordAreOfWholeLines() {
    #expect(MemoryLayout<SpanState>.offset(of: \.firstBlock)! < 64)
    #expect(MemoryLayout<SpanState>.stride % MemoryLayout<BlockWord>.stride == 0)
    #expect(MemoryLayout<SpanRecord>.stride == 64)
  }

  @Test func wordsDoNotOverlapForAnyCapacity() {
    for capacity in 1...4096 {
      let span = Span(blockSize: 16, capacity: capacity)
      let start = UInt(bitPattern: span.state)
      let local = UInt(bitPattern: span.state.localWords)
      let summary = UInt(bitPattern: span.state.summary)
      let remote = UInt(bitPattern: span.state.remoteWords)
      let words = UInt((capacity + 63) / 64)
      let end = start + UInt(State.byteCount(wordCount: Int(words)))
      guard local == start + UInt(MemoryLayout<SpanState>.stride), summary >= local + 16 * words,
        (summary - start) % 64 == 0,
        remote == summary + 8, remote + 8 * words <= end, span.state.freeCount == capacity,
        span.state.remoteFreeCount == 0
      else {
        Issue.record("capacity \(capacity)")
        return
      }
    }
  }

  @Test func newSpansAreWholeForEveryBlockSize() {
    for blockSize in stride(from: 16, through: SizeClasses.largestBlock, by: 16) {
      let span = Span(blockSize: blockSize)
      let violation = span.state.checkInvariants(span.emptyWord)
      guard violation == nil, span.state.capacity == PageMap.sliceSize / blockSize,
        span.state.wordCount == (span.state.capacity + 63) / 64
      else {
        Issue.record("blocks of \(blockSize): \(violation.map { "\($0)" } ?? "capacity")")
        return
      }
    }
  }

  @Test(arguments: [16, 48, 112, 1008, 1024, 7168, 32768])
  func randomTrace(blockSize: Int) {
    let span = Span(blockSize: blockSize)
    let capacity = span.state.capacity
    var random = SeededRandom(seed: UInt64(blockSize))
    var free = Set(0..<capacity)
    var remote: Set<Int> = []
    var live: [Int] = []
    for step in 0..<3000 {
      var wrong: String?
      switch random.below(step / 500 % 2 == 0 ? 3 : 5) {
      case 0..<2:
        if let index = span.take() {
          if free.remove(index) == nil { wrong = "block \(index) was not free" }
          live.append(index)
        } else if !free.isEmpty {
          wrong = "no block though \(free.count) are free"
        }
      case 2 where !live.isEmpty:
        let index = live.remove(at: random.below(live.count))
        if span.state.isFree(index) { wrong = "a live block's bit is set" }
        if !span.state.setLocal(index) { wrong = "a live block was free" }
        if span.state.setLocal(index) { wrong = "a second free was accepted" }
        free.insert(index)
      case 3 where !live.isEmpty:
        let index = live.remove(at: random.below(live.count))
        span.setRemoteBits(index)
        if !span.state.isFree(index) { wrong = "a remotely freed block is not free" }
        remote.insert(index)
      default:
        guard case .collected(let count) = span.state.collectRemote() else {
          wrong = "double free found where there was none"
          break
        }
        if count != remote.count { wrong = "collected \(count) of \(remote.count)" }
        free.formUnion(remote)
        remote = []
      }
      wrong = wrong ?? span.state.checkInvariants(span.emptyWord).map { "\($0)" }
      if span.state.freeCount != free.count { wrong = wrong ?? "freeCount" }
      if span.state.remoteFreeCount != remote.count { wrong = wrong ?? "remoteFreeCount" }
      if let wrong {
        Issue.record("blocks of \(blockSize), step \(step): \(wrong)")
        return
      }
    }
  }

  @Test func blockFreedOnBothSidesIsFoundByTheCollection() {
    let span = Span(blockSize: 64)
    for _ in 0..<1024 { _ = span.take() }
    span.setRemoteBits(777)
    #expect(span.state.setLocal(777))
    guard case .freedTwice(777) = span.state.collectRemote() else {
      Issue.record("not found")
      return
    }
  }

  @Test func wordsAreOpenedInOrderAndFreedBlocksComeFirst() {
    let span = Span(blockSize: 64)
    #expect((0..<64).map { _ in span.take() } == (0..<64).map { $0 })
    #expect(span.state.setLocal(5))
    #expect(span.take() == 5)
    #expect(span.take() == 64)
    #expect(span.state.pointee.openedWords == 2)
    span.state.close(span.emptyWord)
    #expect(span.state.pointee.currentWord == span.emptyWord)
  }

  /// Blocks of 1 KiB are opened by 4, 4, 8 and then by 16, and those that were opened are claimed together.
  @Test func blocksAreOpenedAsMuchAsThereAreAlready() {
    let span = Span(blockSize: 1024)
    #expect(!span.state.isOpened(0))
    #expect(span.take() == 0 && span.state.isOpened(3) && !span.state.isOpened(4))
    #expect((1..<16).map { _ in span.take() } == (1..<16).map { $0 })
    #expect(span.state.isOpened(15) && !span.state.isOpened(16))
    #expect(span.state.setLocal(3) && span.state.setLocal(9))
    #expect(span.take() == 3 && span.take() == 9)
    #expect((0..<48).map { _ in span.take() } == (16..<64).map { $0 })
    #expect(span.take() == nil && span.state.isOpened(63))
    for index in 0..<64 { #expect(span.state.setLocal(index)) }
    #expect(span.state.nextWord(&span.wishes))
    #expect(span.state.pointee.currentWord.pointee.claimed == .max)
    #expect(span.state.checkInvariants(span.emptyWord) == nil)
  }
  /// Where few blocks of the span come back, more are opened: but not where other spans of the thread bring as few.
  @Test(arguments: [0, 8] as [UInt8])
  func spansThatBringFewBlocksOpenMore(wishesOfOthers: UInt8) {
    let span = Span(blockSize: 1024)
    for _ in 0..<200 {
      span.wishes = span.state.pointee.lastWish &+ wishesOfOthers
      let index = span.take() ?? 0
      #expect(span.state.setLocal(index))
    }
    #expect(span.state.isOpened(15) == (wishesOfOthers == 0) && !span.state.isOpened(16))
    #expect(span.state.checkInvariants(span.emptyWord) == nil)
  }
}
