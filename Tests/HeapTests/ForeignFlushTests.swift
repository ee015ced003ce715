// One flush frees blocks of many spans, whose owners changed while they waited.

import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

@Suite struct ForeignFlushTests {
  typealias State = UnsafeMutablePointer<SpanState>

  /// `second` frees blocks of `first`'s.
  private func withHeap(
    purgeDelay: Int = -1,
    _ body: (_ test: TestHeap, _ first: TestHeap.Thread, _ second: TestHeap.Thread) -> Void
  ) {
    guard let test = TestHeap(purgeDelay: purgeDelay), let first = test.makeThread(),
      let second = test.makeThread()
    else {
      Issue.record("no heap")
      return
    }
    body(test, first, second)
    #expect(test.heap.checkInvariants() == nil)
    test.close()
  }

  private func owner(_ block: UInt) -> UInt {
    PageMap.record(block)?.pointee.owner.load(ordering: .relaxed) ?? 0
  }

  private func isFree(_ block: UInt) -> Bool? {
    guard let record = PageMap.record(block), let index = record.index(block) else { return nil }
    return record.pointee.state?.isFree(index)
  }

  private func blocks(_ test: TestHeap, _ count: Int, of byteCount: Int) -> [UInt] {
    (0..<count).map { _ in test.allocate(byteCount).address }
  }

  @Test func oneFlushMeetsEveryOwner() {
    withHeap { test, first, second in
      guard let third = test.makeThread() else { return }
      // A thread keeps what it claims of the classes that it uses.
      test.thread = second
      for byteCount in [1024, 2048, 3072] { _ = test.allocate(byteCount) }
      test.thread = first
      let others = blocks(test, 10, of: 64)
      let full = blocks(test, 3, of: 1024)
      let claimed = blocks(test, 3, of: 2048)
      // With this one there are 64 KiB.
      let last = test.allocate(32768).address
      test.thread = third
      let central = blocks(test, 4, of: 5120)
      let emptied = blocks(test, 2, of: 6144)
      let own = blocks(test, 4, of: 3072)
      test.thread = second
      let waiting = [
        others[0], full[0], claimed[0], central[0], emptied[0], own[0], others[9], full[2],
        central[3], emptied[1], own[2],
      ]
      for block in waiting { test.free(block) }
      // The spans change hands while the blocks wait.
      test.thread = first
      _ = blocks(test, 62 + 30, of: 1024)
      _ = blocks(test, 30, of: 2048)
      test.thread = third
      _ = blocks(test, 17, of: 3072)
      #expect(owner(own[0]) == third.cache?.owner)
      test.end(third)
      #expect(owner(own[0]) == SpanOwner.full)
      test.thread = second
      test.free(claimed[1])
      test.free(own[1])
      // Its own first span has 20 left; then this one is the current one.
      #expect(blocks(test, 21, of: 3072).last == own[1])
      #expect(second.cache?.pointee.foreignCount == waiting.count)
      #expect(waiting.allSatisfy { isFree($0) == false })
      let owners = [others, full, claimed, central, emptied, own].map { owner($0[0]) }
      let cache = second.cache?.owner ?? 0
      #expect(
        owners == [
          first.cache?.owner ?? 0, SpanOwner.full, cache, SpanOwner.central, SpanOwner.central,
          cache,
        ])
      let countdown = PageMap.record(claimed[0])?.pointee.state?.pointee.countdown ?? 0
      #expect(test.heap.checkInvariants() == nil)

      test.free(last)

      #expect(second.cache?.pointee.foreignCount == 0)
      #expect(waiting.allSatisfy { isFree($0) != false } && isFree(last) == true)
      #expect(PageMap.record(others[0])?.pointee.state?.remoteFreeCount == 2)
      #expect(owner(full[0]) == cache)
      #expect(PageMap.record(full[0])?.pointee.state?.freeCount == 2)
      let state = PageMap.record(claimed[0])?.pointee.state
      #expect(owner(claimed[0]) == cache && state?.freeCount == 2)
      #expect(state?.pointee.position == .partial && state?.pointee.countdown == countdown - 1)
      #expect(owner(central[0]) == SpanOwner.central && isFree(central[1]) == false)
      let empty = PageMap.record(emptied[0])?.pointee.state
      #expect(owner(emptied[0]) == SpanOwner.central && empty?.freeCount == empty?.capacity)
      #expect(empty?.pointee.note == .newlyEmpty)
      #expect(PageMap.record(own[0])?.pointee.state?.pointee.position == .current)
      #expect(test.heap.checkInvariants() == nil)
    }
  }

  @Test func lastBlocksOfASpanThatBecameOwnGiveItBack() {
    withHeap { test, first, second in
      test.thread = first
      let blocks = blocks(test, 63, of: 1024)
      let last = self.blocks(test, 2, of: 32768)
      test.thread = second
      // It keeps what it claims of a class that it uses.
      _ = test.allocate(1024)
      for block in blocks.prefix(62) where block != blocks[5] { test.free(block) }
      test.thread = first
      _ = test.allocate(1024)
      _ = test.allocate(1024)
      #expect(owner(blocks[0]) == SpanOwner.full)
      let filling = (blocks[0] & ~PageMap.sliceMask) + 65536 - 1024
      test.thread = second
      for block in [blocks[5], blocks[62], filling] { test.free(block) }
      #expect(owner(blocks[0]) == second.cache?.owner)
      for block in last { test.free(block) }
      #expect(PageMap.record(blocks[0])?.pointee.kind == .stashed)
      #expect(second.cache?.pointee.stashCount == 1)
    }
  }
}
