// The table of large blocks and the regions, each against a model.

import Memory
import Platform
import TestPages
import Testing

@testable import DebugHeap

@Suite struct TablesTests {
  private func record(_ block: UInt, _ id: Int) -> LargeRecord {
    LargeRecord(
      block: block, mapping: block - 4096, mappingBytes: 12288,
      area: Area(start: block, end: block + 4096), requested: id, alignment: 16,
      Origin(kind: .cMalloc, thread: 0, trace: 0), pool: 0, isIsland: true)
  }

  @Test(arguments: [false, true], [1, 2] as [UInt64])
  func largeTableIsADictionary(refuses: Bool, seed: UInt64) {
    let pages = TestPages()
    defer { pages.releaseAll() }
    var table = LargeTable(pages: pages)
    var model: [UInt: Int] = [:]
    var keys: [UInt] = []
    var random = SeededRandom(seed: seed)
    var refused = 0
    var most = 0
    for step in 0..<30_000 {
      if refuses, random.once(in: 40) {
        pages.refuse([[.reserve, .commit], [.release]][random.below(2)], after: random.below(4))
      }
      if refuses, random.once(in: 40) { pages.refuseNothing() }
      if random.below(100) < (step / 5000 % 2 == 0 ? 70 : 25) {
        // Neighbouring pages, some blocks in one page.
        let block = UInt(1 << 40) + UInt(random.below(1 << 20)) << UInt(10 + random.below(3))
        if model[block] != nil { continue }
        if table.insert(record(block, step)) {
          model[block] = step
          keys.append(block)
        } else {
          refused += 1
        }
      } else if !keys.isEmpty {
        keys.swapAt(random.below(keys.count), keys.count - 1)
        let block = keys.removeLast()
        model[block] = nil
        table.remove(block)
        if table.find(block) != nil { Issue.record("removed block is found") }
      }
      most = max(most, table.byteCount)
      guard table.count == model.count, step % 500 != 0 || isSame(table, model) else {
        Issue.record("seed \(seed), step \(step)")
        return
      }
    }
    pages.refuseNothing()
    for key in keys { table.remove(key) }
    #expect(table.count == 0)
    #expect(refuses || refused == 0)
    #expect(refuses || table.byteCount < most / 16, "\(most) → \(table.byteCount) bytes")
  }

  @Test func largeTableThatCannotGrowIsFilledButForOnePlace() {
    let pages = TestPages()
    defer { pages.releaseAll() }
    var table = LargeTable(pages: pages)
    pages.refuse([.reserve], after: 1)
    // One of 32 places is always free: a search ends there.
    for index in 1...32 {
      let isInserted = table.insert(record(UInt(index) << 20, index))
      #expect(isInserted == (index < 32), "record \(index)")
    }
    var model: [UInt: Int] = [:]
    for index in 1...31 { model[UInt(index) << 20] = index }
    let isRight = isSame(table, model) && table.find(32 << 20) == nil
    #expect(isRight && table.count == 31)
  }

  private func isSame(_ table: borrowing LargeTable<TestPages>, _ model: [UInt: Int]) -> Bool {
    var seen = 0
    var isRight = true
    table.forEach { record in
      seen += 1
      if model[record.pointee.block] != record.pointee.requested { isRight = false }
    }
    return isRight && seen == model.count
      && model.allSatisfy { table.find($0.key)?.pointee.requested == $0.value }
  }

  @Test func regionsTakeSlicesInOrder() {
    // Some dozen slices a region, so that there are several.
    let pages = TestPages(longestReservation: 4 << 20)
    defer { pages.releaseAll() }
    var regions = Regions(pages: pages)
    #expect(regions.bucket(at: 1 << 40) == nil)
    #expect(regions.oldestRetired == nil)
    var starts: Set<UInt> = []
    for ordinal in 1...100 {
      guard let bucket = regions.takeFresh() else {
        Issue.record("no slice \(ordinal)")
        return
      }
      let start = bucket.pointee.start
      #expect(bucket.pointee.ordinal == UInt32(ordinal) && bucket.pointee.state == .unused)
      #expect(start % UInt(PageMap.sliceSize) == 0 && starts.insert(start).inserted)
      #expect(regions.takenCount == ordinal && regions.bucket(ordinal: ordinal) == bucket)
      for offset in [0, 65535] as [UInt] {
        #expect(regions.bucket(at: start + offset) == bucket && regions.contains(start + offset))
      }
    }
    let last = regions.bucket(ordinal: 100).pointee.start
    // Its records may be accessible, but nothing was ever there.
    let next = regions.bucket(at: last + 65536)
    #expect(next == nil || next?.pointee.state == .unused && next?.pointee.slotCount == 0)
    for ordinal in [7, 3, 99] { regions.retire(regions.bucket(ordinal: ordinal)) }
    for ordinal in [7, 3, 99] as [UInt32] {
      #expect(regions.oldestRetired?.pointee.ordinal == ordinal)
      regions.removeOldestRetired()
    }
    #expect(regions.oldestRetired == nil)
    pages.refuse([.reserve, .commit], after: 0)
    var more = 0
    while regions.takeFresh() != nil { more += 1 }
    #expect(more < 16)
    pages.refuseNothing()
    #expect(regions.takeFresh()?.pointee.ordinal == UInt32(101 + more))
  }
}
