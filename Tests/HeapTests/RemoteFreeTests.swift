// Blocks of other threads' spans wait in the cache that frees them: how long, and where they go.

import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

@Suite struct RemoteFreeTests {
  typealias State = UnsafeMutablePointer<SpanState>

  private func blocks(_ test: TestHeap, _ count: Int, of byteCount: Int) -> [UInt] {
    (0..<count).map { _ in test.allocate(byteCount).address }
  }

  private func fullSpan(_ test: TestHeap, of byteCount: Int) -> [UInt] {
    let blocks = blocks(test, PageMap.sliceSize / byteCount + 1, of: byteCount)
    #expect(owner(blocks[0]) == SpanOwner.full)
    return blocks.dropLast()
  }

  @Test func blocksAreFreedTogether() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = blocks(test, 200, of: 48)
      test.thread = second
      for block in blocks.prefix(63) { test.free(block) }
      #expect(second.cache?.pendingCount == 63)
      #expect(blocks.allSatisfy { isFree($0) == false })
      // Of another word.
      test.free(blocks[150])
      #expect(second.cache?.pendingCount == 1 && second.cache?.pointee.pendingBytes == 48)
      for (index, block) in blocks.enumerated() {
        #expect(isFree(block) == (index < 63), "block \(index)")
      }
      let state = PageMap.record(blocks[0])?.pointee.state
      #expect(state?.remoteFreeCount == 63)
      #expect(state?.summary.pointee.load(ordering: .relaxed) == 0b1)
      #expect(owner(blocks[0]) == first.cache?.owner)
      #expect(test.heap.checkInvariants() == nil)
      // A block that was freed so may be freed again once it was given out again.
      for block in blocks[64..<127] { test.free(block) }
      test.thread = first
      // Not so many that the span is full then.
      let again = Set(self.blocks(test, 400, of: 48))
      #expect(blocks.prefix(63).allSatisfy { again.contains($0) })
      test.thread = second
      test.free(blocks[0])
      #expect(second.cache?.pendingCount == 1 && isFree(blocks[127]) == false)
      #expect(blocks[64..<127].allSatisfy { isFree($0) == true })
      _ = test.heap.trim()
      #expect(second.cache?.pendingCount == 0 && isFree(blocks[0]) == true)
    }
  }

  /// With the last one there are 64 KiB, and not before.
  @Test(arguments: [
    [32768, 32768], [16384, 16384, 16384, 16384], [20480, 20480, 20480, 4096],
    [Int](repeating: 8192, count: 8), [Int](repeating: 1280, count: 51) + [224, 16, 16],
  ])
  func sixtyFourKibibytesAreFreedTogether(sizes: [Int]) {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = sizes.map { test.allocate($0).address }
      #expect(blocks.allSatisfy { owner($0) == first.cache?.owner })
      test.thread = second
      for block in blocks.dropLast() { test.free(block) }
      #expect(second.cache?.pointee.pendingBytes == PageMap.sliceSize - (sizes.last ?? 0))
      #expect(second.cache?.pendingCount == sizes.count - 1)
      #expect(blocks.allSatisfy { isFree($0) == false })
      test.free(blocks[sizes.count - 1])
      #expect(second.cache?.pendingCount == 0)
      #expect(blocks.allSatisfy { isFree($0) == true })
    }
  }

  @Test func trimFreesThem() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = blocks(test, 10, of: 100)
      test.thread = second
      for block in blocks { test.free(block) }
      test.thread = first
      _ = test.heap.trim()
      test.thread = .ended
      _ = test.heap.trim()
      // Another thread's trim does not.
      #expect(blocks.allSatisfy { isFree($0) == false })
      test.thread = second
      _ = test.heap.trim()
      #expect(blocks.allSatisfy { isFree($0) == true })
    }
  }

  @Test func tickFreesThemWhenSomethingIsToBePurged() {
    withTwoThreads(purgeDelay: 500) { test, first, second in
      test.thread = first
      let blocks = blocks(test, 10, of: 100)
      let medium = [test.allocate(100_000).address, test.allocate(100_000).address]
      test.thread = second
      // Of a span that is there already: a new one would be reason enough.
      _ = test.allocate(5000)
      for block in blocks { test.free(block) }
      _ = test.allocate(5000)
      #expect(second.cache?.pendingCount == 10)
      // The first look at the clock, long before the delay is over.
      test.free(medium[0])
      #expect(second.cache?.pendingCount == 0)
      #expect(blocks.allSatisfy { isFree($0) == true })
    }
    withTwoThreads(purgeDelay: -1) { test, first, second in
      test.thread = first
      let block = test.allocate(100).address
      let medium = test.allocate(100_000).address
      test.thread = second
      test.free(block)
      test.free(medium)
      #expect(second.cache?.pendingCount == 1)
      test.end(second)
    }
  }

  @Test func threadThatEndsFreesThem() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = blocks(test, 10, of: 100)
      test.thread = second
      for block in blocks { test.free(block) }
      test.end(second)
      #expect(blocks.allSatisfy { isFree($0) == true })
      #expect(owner(blocks[0]) == first.cache?.owner)
      test.end(first)
      #expect(owner(blocks[0]) == SpanOwner.central)
      #expect(PageMap.record(blocks[0])?.pointee.state.map { $0.freeCount == $0.capacity } == true)
      _ = test.heap.trim()
      #expect(PageMap.record(blocks[0])?.pointee.kind == .freeClean)
    }
  }

  /// Blocks of another class, of the thread's own heap, and of the class that is asked for.
  @Test func theyAreFreedBeforeASpanIsTaken() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = blocks(test, 10, of: 100)
      let others = self.blocks(test, 64, of: 1024)
      _ = test.allocate(1024)
      #expect(owner(others[0]) == SpanOwner.full)
      test.thread = second
      for block in blocks { test.free(block) }
      // A new span.
      _ = test.allocate(5000)
      #expect(second.cache?.pendingCount == 0 && blocks.allSatisfy { isFree($0) == true })
      // A span of the central list, whose last blocks these are.
      test.thread = .ended
      test.free(others[0])
      #expect(owner(others[0]) == SpanOwner.central)
      test.thread = second
      for block in others[1...3] { test.free(block) }
      #expect(second.cache?.pendingCount == 3)
      let taken = Set(self.blocks(test, 4, of: 1024))
      #expect(taken == Set(others.prefix(4)) && second.cache?.pendingCount == 0)
    }
  }

  @Test func childOfAForkFreesThoseOfThreadsThatAreGone() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = blocks(test, 10, of: 100)
      test.thread = second
      for block in blocks { test.free(block) }
      test.thread = first
      test.heap.prepareFork()
      test.heap.finishForkInChild()
      #expect(isFree(blocks[0]) == false)
      // The first new span adopts the orphan.
      _ = test.allocate(5000)
      #expect(blocks.allSatisfy { isFree($0) == true })
    }
  }

  /// Blocks that wait are memory, too: of a span in the central list, all of whose blocks they are.
  @Test func theyAreFreedBeforeMemoryIsRefused() {
    withTwoThreads { test, first, second in
      test.thread = second
      // What the threads need beside spans is there: states, and a free slice for neither.
      let kept = (0..<2).map { _ in test.allocate(100).address }
      test.thread = first
      let block = test.allocate(20_000).address
      test.end(first)
      #expect(owner(block) == SpanOwner.central)
      test.thread = second
      test.pages.refuse([.reserve, .commit], after: 0)
      while test.allocate(60_000).address != 0 {}
      test.free(block)
      #expect(second.cache?.pendingCount == 1)
      #expect(test.allocate(9_000).address != 0)
      #expect(second.cache?.pendingCount == 0)
      for block in kept { test.free(block) }
    }
  }

  /// As above, but the block is of the class that is asked for, in a span that stays.
  @Test func theirSpanServesBeforeMemoryIsRefused() {
    withTwoThreads { test, first, second in
      test.thread = first
      let blocks = blocks(test, 3, of: 20_000)
      test.thread = second
      test.pages.refuse([.reserve, .commit], after: 0)
      while test.allocate(60_000).address != 0 {}
      test.free(blocks[0])
      test.thread = first
      #expect(test.allocate(20_000).address == 0 && owner(blocks[0]) == SpanOwner.full)
      test.thread = second
      #expect(second.cache?.pendingCount == 1)
      #expect(test.allocate(20_000).address == blocks[0])
    }
  }
}
