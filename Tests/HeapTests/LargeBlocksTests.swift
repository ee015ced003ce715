// LargeBlocks: random traces with a refusing source, and the cache of freed mappings.

import Heap
import Memory
import Platform
import TestPages
import Testing

@Suite struct LargeBlocksTests {
  private func blocks(_ pages: TestPages, purgeDelay: Int) -> LargeBlocks<TestPages> {
    let settings = PageHeapSettings(purgeDelay: purgeDelay, hugePages: .auto)
    return LargeBlocks(pages: pages, settings: settings)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64], [false, true])
  func randomTrace(seed: UInt64, refuses: Bool) {
    let pages = TestPages()
    var large = blocks(pages, purgeDelay: 500)
    var random = SeededRandom(seed: seed)
    var live: [TestBlock] = []
    var wrong: String?
    for step in 0..<800 {
      if refuses, random.once(in: 10) {
        let kinds = TestPages.Call.allCases.filter { _ in random.once(in: 2) }
        pages.refuse(kinds, after: random.below(3))
      } else if random.once(in: 5) {
        pages.refuseNothing()
      }
      let now = System.milliseconds
      let byteCount = 1 + random.below(random.once(in: 20) ? 40 << 20 : 4 << 20)
      switch random.below(10) {
      case 0..<4:
        let alignment = PageMap.sliceSize << (random.once(in: 3) ? random.below(8) : 0)
        let block = large.allocate(byteCount: byteCount, alignment: alignment)
        guard let block else {
          if !refuses { wrong = "refused by a source that gives" }
          break
        }
        if block.start % UInt(alignment) != 0 { wrong = "block not aligned" }
        let dirty = min(block.dirtyByteCount, byteCount)
        if !TestBlock.isZero(block.start + UInt(dirty), byteCount: byteCount - dirty) {
          wrong = "block said to be zero is not"
        }
        let length = PageMap.knownRecord(block.start).pointee.byteCount
        if length < byteCount { wrong = "block too short" }
        live.append(TestBlock(block.start, byteCount: length, id: random.next()))
      case 4..<7 where !live.isEmpty:
        let block = live.remove(at: random.below(live.count))
        if !block.isIntact { wrong = "a live block was overwritten" }
        if !large.free(block.address, now: now) { wrong = "a live block was not known" }
        if large.free(block.address, now: now) { wrong = "a second free was accepted" }
      case 7..<9 where !live.isEmpty:
        let block = live.remove(at: random.below(live.count))
        guard let address = large.resize(block.address, to: byteCount) else {
          if !refuses { wrong = "resize refused" }
          if !block.isIntact { wrong = "a block was changed by a failed resize" }
          live.append(block)
          break
        }
        if !block.isIntact(movedTo: address, count: byteCount) { wrong = "resize lost contents" }
        let length = PageMap.knownRecord(address).pointee.byteCount
        if length < byteCount { wrong = "resized block too short" }
        live.append(TestBlock(address, byteCount: length, id: random.next()))
      default:
        _ = large.purge(age: UInt32(random.below(2) * 500), now: now)
      }
      wrong = wrong ?? large.checkInvariants().map { "\($0)" }
      if large.blockCount != live.count { wrong = wrong ?? "blockCount ≠ live blocks" }
      if let wrong {
        Issue.record("seed \(seed), refuses \(refuses), step \(step): \(wrong)")
        break
      }
    }
    pages.releaseAll()
  }

  @Test func freedMappingIsDividedAndItsRestServesTheNext() throws {
    let pages = TestPages()
    var large = blocks(pages, purgeDelay: 500)
    let made = large.allocate(byteCount: 4 << 20, alignment: PageMap.sliceSize)
    let first = try #require(made)
    let isFreed = large.free(first.start, now: 0)
    let shorter = large.allocate(byteCount: 3 << 20, alignment: PageMap.sliceSize)
    let rest = large.allocate(byteCount: 1 << 20 - 1, alignment: PageMap.sliceSize)
    #expect(isFreed && shorter?.start == first.start && shorter?.dirtyByteCount == 3 << 20)
    #expect(rest?.start == first.start + 3 << 20 && large.cache.isEmpty)
    let violation = large.checkInvariants()
    #expect(violation == nil)
    pages.releaseAll()
  }

  @Test func pagesOfAShorterMappingMoveToALongerBlock() throws {
    let pages = TestPages()
    var large = blocks(pages, purgeDelay: 500)
    let made = large.allocate(byteCount: 2 << 20, alignment: PageMap.sliceSize)
    let short = try #require(made)
    UnsafeMutableRawPointer(bitPattern: short.start)?.storeBytes(of: 0x5a, as: UInt8.self)
    _ = large.free(short.start, now: 0)
    let long = large.allocate(byteCount: 5 << 20, alignment: PageMap.sliceSize)
    #expect(long?.dirtyByteCount == 2 << 20 && large.cache.isEmpty)
    let start = try #require(long?.start)
    let bytes = try #require(UnsafeRawPointer(bitPattern: start))
    #expect(bytes.load(as: UInt8.self) == 0x5a)
    #expect(TestBlock.isZero(start + 2 << 20, byteCount: 3 << 20))
    pages.releaseAll()
  }

  /// As much as was in use at once, and 16 MiB.
  @Test func cacheIsBoundedAndPurgedByAge() {
    let pages = TestPages()
    var large = blocks(pages, purgeDelay: 500)
    let blocks = (0..<10).compactMap { _ in
      large.allocate(byteCount: 6 << 20, alignment: PageMap.sliceSize)
    }
    for block in blocks { _ = large.free(block.start, now: 1000) }
    #expect(large.cache.byteCount == 60 << 20)
    let isCached = large.cache.contains(blocks[0].start + 5)
    #expect(isCached)
    // What is made anew takes the place of what is kept.
    let long = large.allocate(byteCount: 64 << 20, alignment: 1 << 20)
    #expect(long != nil && large.cache.byteCount <= 16 << 20)
    let young = large.purge(age: 500, now: 1499)
    let kept = large.cache.byteCount
    let old = large.purge(age: 500, now: 1500)
    #expect(young == 0 && old == kept && large.cache.isEmpty)
    pages.releaseAll()
  }

  @Test func nothingIsKeptWithoutAPurgeDelay() throws {
    let pages = TestPages()
    var large = blocks(pages, purgeDelay: 0)
    let made = large.allocate(byteCount: 2 << 20, alignment: PageMap.sliceSize)
    let block = try #require(made)
    let isFreed = large.free(block.start, now: 0)
    #expect(isFreed && large.cache.byteCount == 0)
    #expect(PageMap.record(block.start)?.pointee.kind == .tombstone)
    pages.releaseAll()
  }
}
