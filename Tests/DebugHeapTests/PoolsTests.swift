// Pools of cells against a model, and large blocks beyond the budget of mappings: whole, sealed when freed, known.

import Memory
import Platform
import TestPages
import Testing

@testable import DebugHeap

@Suite struct PoolsTests {
  @Test(arguments: [false, true], [1, 2] as [UInt64])
  func cellsAreDisjointAndClean(isHidden: Bool, seed: UInt64) {
    let pages = TestPages()
    defer { pages.releaseAll() }
    var pools = LargePools(pages: pages)
    var random = SeededRandom(seed: seed)
    var taken: [Cell] = []
    for step in 0..<6000 {
      // More and more cells, then fewer.
      if taken.isEmpty || random.below(6000) > step {
        let byteCount = 17_000 + random.below(random.once(in: 20) ? 2_000_000 : 60_000)
        guard let sizeClass = LargePools<TestPages>.sizeClass(byteCount) else { continue }
        if step % 7 == 0 { pages.refuse([.allocate], after: 0, atMost: 1) }
        var cell = pools.take(sizeClass)
        if cell == nil, pools.add(sizeClass, isHidden: isHidden) { cell = pools.take(sizeClass) }
        pages.refuseNothing()
        guard let cell else { continue }
        #expect(cell.end - cell.start >= UInt(byteCount) && cell.isHidden == isHidden)
        if isHidden {
          #expect(pages.reveal(cell.start, byteCount: 8192))
        }
        #expect(TestBlock.isZero(cell.start, byteCount: 8192), "step \(step)")
        bytes(cell.start)[0] = 1
        bytes(cell.start)[8191] = 1
        taken.append(cell)
      } else {
        let cell = taken.remove(at: random.below(taken.count))
        _ =
          isHidden
          ? pages.hide(cell.start, byteCount: 8192) : pages.purge(cell.start, byteCount: 8192)
        pools.giveBack(cell.start, cell.pool)
      }
      if step % 100 == 0 {
        let sorted = taken.sorted { $0.start < $1.start }
        let areApart = zip(sorted, sorted.dropFirst()).allSatisfy { $0.end <= $1.start }
        #expect(areApart, "step \(step)")
        let violation = pools.checkInvariants(taken: taken.count)
        #expect(violation == nil, "step \(step)")
      }
    }
    for cell in taken { pools.giveBack(cell.start, cell.pool) }
    #expect(pools.checkInvariants(taken: 0) == nil)
    pools.releaseAll()
  }

  /// Settings under which every large block but the first two is beyond the budget.
  private func small(_ placement: DebugSettings.Placement = .slots) -> DebugSettings {
    var settings = DebugSettings.forTests(placement)
    settings.mappingBudget = 8
    return settings
  }

  @Test(
    arguments: [.slots, .guardBehind, .guardBefore] as [DebugSettings.Placement],
    [[], [.hide], [.seal], [.hide, .seal], [.allocate], [.reveal], [.purge]] as [[TestPages.Call]])
  func blocksBeyondTheBudgetAreWhole(
    placement: DebugSettings.Placement, refused: [TestPages.Call]
  ) {
    let pages = TestPages.forDebugHeap()
    withHeap(SharedTestPolicy.self, small(placement), pages: pages) { heap in
      var random = SeededRandom(seed: 5)
      var blocks: [TestBlock] = []
      for step in 0..<1500 {
        if step % 50 == 0 { pages.refuseNothing() }
        if step % 50 == 25 { pages.refuse(refused, after: random.below(3), atMost: 9) }
        if blocks.count < 60 || random.once(in: 2) {
          let byteCount = 5000 + random.below(90_000)
          let alignment = random.once(in: 4) ? 16 << random.below(12) : 16
          let address = heap.allocate(byteCount, alignment: alignment).address
          if address == 0 { continue }
          #expect(address % UInt(alignment) == 0)
          blocks.append(TestBlock(address, byteCount: byteCount, id: UInt64(step)))
        } else {
          let block = blocks.remove(at: random.below(blocks.count))
          #expect(block.isIntact, "step \(step)")
          if random.once(in: 3) {
            let byteCount = 5000 + random.below(150_000)
            let address = heap.reallocate(block.address, to: byteCount)
            if address == 0 {
              blocks.append(block)
              continue
            }
            #expect(block.isIntact(movedTo: address, count: byteCount), "step \(step)")
            blocks.append(TestBlock(address, byteCount: byteCount, id: UInt64(step)))
          } else {
            heap.free(block.address, Deallocation(.cFree))
          }
        }
      }
      pages.refuseNothing()
      #expect(heap.errorCount == 0)
      let violation = heap.checkInvariants()
      #expect(violation == nil)
      for block in blocks { heap.free(block.address, Deallocation(.cFree)) }
      #expect(heap.checkAll("check") == 0 && heap.liveCount == 0)
    }
  }

  @Test(arguments: [false, true]) func freedBlockInACellIsKnown(canHide: Bool) {
    let pages = TestPages.forDebugHeap()
    withHeap(SharedTestPolicy.self, small(), pages: pages) { heap in
      if !canHide { pages.refuse([.hide], after: 0) }
      let blocks = (0..<20).map { _ in heap.allocate(20_000).address }
      for address in blocks { heap.free(address, Deallocation(.cFree)) }
      expectError(heap, "double-free", "hides \(canHide)", address: blocks[19]) {
        heap.free(blocks[19], Deallocation(.cFree))
      }
    }
  }

  /// Where a freed block cannot be sealed its fill is looked at.
  @Test func writeToAFilledBlockIsFound() {
    let pages = TestPages.forDebugHeap()
    withHeap(SharedTestPolicy.self, small(), pages: pages) { heap in
      pages.refuse([.hide, .seal], after: 0)
      let blocks = (0..<20).map { _ in heap.allocate(20_000).address }
      for address in blocks { heap.free(address, Deallocation(.cFree)) }
      expectError(heap, "heap-use-after-free", "in quarantine", address: blocks[19] + 5000) {
        bytes(blocks[19])[5000] = 1
        heap.checkAll("check")
      }
    }
  }
}
