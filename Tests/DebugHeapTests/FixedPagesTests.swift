// A debug heap in one buffer: full, emptied, and used again.

import Memory
import TestPages
import Testing

@testable import DebugHeap

@Suite struct FixedPagesTests {
  enum FixedPolicy: DebugPolicy {
    typealias Pages = FixedPages
    static var isShared: Bool { false }
    static var canaryByteCount: Int { 16 }
  }

  /// Allocates until nothing is left; the blocks, and whether all is well.
  private func fill(_ heap: DebugHeap<FixedPolicy>, _ sizes: [Int], _ pages: FixedPages)
    -> [TestBlock]
  {
    var blocks: [TestBlock] = []
    var refusals = 0
    var calls = 0
    while refusals < sizes.count {
      let size = sizes[calls % sizes.count]
      calls += 1
      let new = heap.allocate(size)
      if new.address == 0 {
        refusals += 1
        continue
      }
      refusals = 0
      if !pages.contains(new.address) || !pages.contains(new.address + UInt(size)) {
        Issue.record("block outside the buffer")
        break
      }
      if new.isZero, !TestBlock.isZero(new.address, byteCount: size) {
        Issue.record("\(size) bytes are not zero")
      }
      blocks.append(TestBlock(new.address, byteCount: size, id: UInt64(blocks.count + 1)))
    }
    return blocks
  }

  @Test(
    arguments: [FixedPages.Sealing.refused, .pretended, .filled], [[100], [100, 3000, 40_000]])
  func fillsTheBufferAgainAndAgain(sealing: FixedPages.Sealing, sizes: [Int]) {
    guard TestProcess.start(), let pages = FixedPages(byteCount: 4 << 20, sealing: sealing),
      let heap = DebugHeap<FixedPolicy>(pages: pages, settings: .forTests(quarantine: 1 << 30))
    else {
      Issue.record("no heap")
      return
    }
    defer { pages.releaseAll() }
    var counts: [Int] = []
    for round in 0..<4 {
      let blocks = fill(heap, sizes, pages)
      counts.append(blocks.count)
      #expect(heap.checkAll("check") == 0)
      #expect(blocks.allSatisfy { $0.isIntact })
      #expect(heap.statistics().requestedBytes == blocks.reduce(0) { $0 + $1.byteCount })
      for block in round % 2 == 0 ? blocks : blocks.reversed() {
        heap.free(block.address, Deallocation(.cFree, size: block.byteCount))
      }
      #expect(heap.checkInvariants() == nil, "round \(round)")
      #expect(heap.errorCount == 0 && heap.statistics().requestedBytes == 0)
    }
    // The quarantine is longer than the buffer: its oldest addresses serve.
    let least = (counts.first ?? 0) * 9 / 10
    #expect(least > 100 && counts.allSatisfy { $0 >= least }, "\(counts) blocks")
  }

  /// Where pages cannot be moved, a growing block's contents are copied.
  @Test func growingLargeBlockIsCopied() {
    guard TestProcess.start(), let pages = FixedPages(byteCount: 4 << 20, sealing: .pretended),
      let heap = DebugHeap<FixedPolicy>(pages: pages, settings: .forTests())
    else {
      Issue.record("no heap")
      return
    }
    defer { pages.releaseAll() }
    let block = TestBlock(heap.allocate(100_000).address, byteCount: 100_000, id: 1)
    let moved = heap.reallocate(block.address, to: 300_000)
    #expect(moved != block.address && block.isIntact(movedTo: moved, count: 300_000))
    let smaller = heap.reallocate(moved, to: 50_000)
    #expect(block.isIntact(movedTo: smaller, count: 50_000))
    heap.free(smaller, Deallocation(.cFree))
    #expect(heap.errorCount == 0 && heap.checkInvariants() == nil)
  }

  @Test func tooSmallABufferIsNoHeap() throws {
    try #require(TestProcess.start())
    let pages = try #require(FixedPages(byteCount: 16384, sealing: .refused))
    #expect(DebugHeap<FixedPolicy>(pages: pages, settings: .forTests()) == nil)
    #expect(pages.usedCount == 0)
    pages.releaseAll()
  }
}
