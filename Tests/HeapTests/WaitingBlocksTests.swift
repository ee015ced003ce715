// What a flush is made of: the mark of blocks that wait, their order by span and by word.

import Memory
import TestPages
import Testing

@testable import Heap

@Suite struct WaitingBlocksTests {
  private func addresses(_ blocks: BlocksOfSpan) -> [UInt] {
    var addresses: [UInt] = []
    var place = blocks.first
    while place != BlocksOfSpan.end, addresses.count < 300 {
      addresses.append(blocks.addresses[Int(place)])
      place = blocks.next[Int(place)]
    }
    return addresses
  }

  // MARK: By span

  /// Addresses of so many slices, some of which share a bucket, against a dictionary.
  @Test(arguments: [1, 2, 3, 10, 64, 100, 256, 1000])
  func bucketsDivideBySpan(sliceCount: Int) {
    var random = SeededRandom(seed: UInt64(sliceCount))
    // Used again and again: a pass leaves nothing behind.
    var buckets = SpanBuckets()
    for round in 0..<200 {
      let slices = (0..<sliceCount).map { index -> UInt in
        switch round % 3 {
        case 0: 0x7f00_0000 + UInt(index)
        // All in one bucket.
        case 1: 0x7f00_0000 + UInt(index) << 12
        default: UInt(random.below(1 << 31))
        }
      }
      let count = round < 4 ? [0, 1, 63, 64][round] : random.below(65)
      let all = (0..<count).map { _ in
        slices[random.below(sliceCount)] << 16 | UInt(random.below(4096)) << 4
      }
      var found: [UInt: [UInt]] = [:]
      all.withUnsafeBufferPointer {
        guard let start = $0.baseAddress else { return }
        buckets.forEachSpan(start, count: count) { blocks in
          let span = addresses(blocks)
          let slice = span[0] >> 16
          #expect(span.allSatisfy { $0 >> 16 == slice } && found[slice] == nil)
          found[slice] = span.sorted()
        }
      }
      let expected = Dictionary(grouping: all) { $0 >> 16 }.mapValues { $0.sorted() }
      #expect(found == expected, "round \(round)")
    }
  }

  // MARK: By word

  /// The list of `blocks` in their order.
  private func withList(_ blocks: [UInt], _ body: (BlocksOfSpan) -> Void) {
    let next = blocks.indices.map { Int16($0 + 1 < blocks.count ? $0 + 1 : -1) }
    blocks.withUnsafeBufferPointer { blocks in
      next.withUnsafeBufferPointer { next in
        guard let blocks = blocks.baseAddress, let next = next.baseAddress else { return }
        body(BlocksOfSpan(addresses: blocks, next: next, first: 0))
      }
    }
  }

  @Test func bitsComeByWord() {
    withTwoThreads { test, first, _ in
      test.thread = first
      let blocks = (0..<256).map { _ in test.allocate(48).address }
      guard let record = PageMap.record(blocks[0]) else { return }
      withList(blocks) { list in
        var words: [Int] = []
        list.forEachWord(record) { word, bits in
          words.append(word)
          #expect(bits == .max)
        }
        #expect(words == [0, 1, 2, 3])
      }
      var random = SeededRandom(seed: 1)
      let some = Array(blocks.shuffled(using: &random).prefix(100))
      withList(some) { list in
        var found = Set<Int>()
        list.forEachWord(record) { word, bits in
          for bit in 0..<64 where bits >> UInt64(bit) & 1 != 0 {
            #expect(found.insert(word * 64 + bit).inserted)
          }
        }
        #expect(found == Set(some.compactMap { record.index($0) }))
      }
    }
  }

  @Test func blockThatIsThereTwiceComesTwice() {
    withTwoThreads { test, first, _ in
      test.thread = first
      let blocks = (0..<3).map { _ in test.allocate(48).address }
      guard let record = PageMap.record(blocks[0]) else { return }
      withList([blocks[0], blocks[2], blocks[0], blocks[1]]) { list in
        var words: [[UInt64]] = []
        list.forEachWord(record) { words.append([UInt64($0), $1]) }
        #expect(words == [[0, 0b101], [0, 0b011]])
      }
    }
  }

  // MARK: The mark

  /// Whoever gets it again: the owner, or the thread that freed it into the central list.
  @Test(arguments: [16, 48, 1024, 16_384], [false, true])
  func blocksThatMallocGivesBearNoMark(byteCount: Int, ends: Bool) {
    withTwoThreads { test, first, second in
      test.thread = first
      let count = min(63, PageMap.sliceSize / byteCount - 1)
      let blocks = (0..<count).map { _ in test.allocate(byteCount).address }
      #expect(blocks.allSatisfy { !WaitingMark.isSet($0) })
      test.thread = second
      for block in blocks { test.free(block) }
      #expect(second.cache?.pointee.foreignCount == count)
      #expect(blocks.allSatisfy { WaitingMark.isSet($0) })
      test.thread = first
      let others = (0..<count).map { _ in test.allocate(byteCount).address }
      #expect(others.allSatisfy { !blocks.contains($0) && !WaitingMark.isSet($0) })
      if ends { test.end(first) }
      test.thread = second
      if !ends {
        _ = test.heap.trim()
        test.thread = first
      }
      var again = Set<UInt>()
      for _ in 0..<2 * PageMap.sliceSize / byteCount {
        let block = test.allocate(byteCount).address
        #expect(!WaitingMark.isSet(block))
        again.insert(block)
      }
      #expect(again.isSuperset(of: blocks))
    }
  }

  /// What the program wrote there is no second free.
  @Test func liveBlockWithTheMarkIsFreed() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = (0..<4).map { _ in test.allocate(48).address }
      for block in blocks { WaitingMark.set(block) }
      test.free(blocks[0])
      test.thread = second
      test.free(blocks[1])
      test.free(blocks[2])
      #expect(second.cache?.pointee.foreignCount == 2)
      _ = test.heap.trim()
      let state = PageMap.record(blocks[0])?.pointee.state
      #expect(state?.remoteFreeCount == 2)
      test.thread = first
      test.free(blocks[3])
    }
  }
}
