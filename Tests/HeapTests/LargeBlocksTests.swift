// LargeBlocks: random traces with a refusing source, and the cache of freed mappings.

import Heap
import Memory
import Platform
import TestPages
import Testing

@Suite struct LargeBlocksTests {
  typealias Metadata = MetadataAllocator<TestPolicy>

  private func blocks(
    _ pages: TestPages, purgeDelay: Int, _ metadata: UnsafeMutablePointer<Metadata>
  ) -> LargeBlocks<TestPolicy> {
    let settings = PageHeapSettings(purgeDelay: purgeDelay, hugePages: .auto)
    return LargeBlocks(pages: pages, settings: settings, metadata: metadata)
  }

  private func withMetadata(
    _ pages: TestPages, _ body: (UnsafeMutablePointer<Metadata>) throws -> Void
  ) rethrows {
    let metadata = UnsafeMutablePointer<Metadata>.allocate(capacity: 1)
    metadata.initialize(to: Metadata(pages: pages))
    defer {
      pages.releaseAll()
      metadata.deinitialize(count: 1)
      metadata.deallocate()
    }
    try body(metadata)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64], [false, true])
  func randomTrace(seed: UInt64, refuses: Bool) {
    let pages = TestPages()
    withMetadata(pages) { trace(pages, $0, seed, refuses) }
  }

  private func trace(
    _ pages: TestPages, _ metadata: UnsafeMutablePointer<Metadata>, _ seed: UInt64, _ refuses: Bool
  ) {
    var large = blocks(pages, purgeDelay: 500, metadata)
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
        let length = PageMap.knownRecord(block.start).asBlock.usableByteCount
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
          // A copy may be better than a move.
          if !block.isIntact { wrong = "a block was changed by a failed resize" }
          live.append(block)
          break
        }
        if !block.isIntact(movedTo: address, count: byteCount) { wrong = "resize lost contents" }
        let length = PageMap.knownRecord(address).asBlock.usableByteCount
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
  }

  /// One block behind the other, each written to.
  private func neighbours(
    _ large: inout LargeBlocks<TestPolicy>, _ sizes: [Int]
  ) -> [UInt] {
    sizes.compactMap { size in
      let block = large.allocate(byteCount: size << 20, alignment: PageMap.sliceSize)
      guard let start = block?.start else { return nil }
      UnsafeMutableRawPointer(bitPattern: start)?.storeBytes(of: 0x5a, as: UInt8.self)
      return start
    }
  }

  @Test func freedBlockIsDividedAndItsRestServesTheNext() throws {
    let pages = TestPages()
    withMetadata(pages) { metadata in
      var large = blocks(pages, purgeDelay: 500, metadata)
      let first = neighbours(&large, [8])[0]
      _ = large.free(first, now: 0)
      let next = neighbours(&large, [5, 3])
      let kept = large.runs.dirty.byteCount
      #expect(next == [first, first + 5 << 20] && kept == 0)
      let violation = large.checkInvariants()
      #expect(violation == nil)
    }
  }

  @Test func freedNeighboursServeALongerBlock() throws {
    let pages = TestPages()
    withMetadata(pages) { metadata in
      var large = blocks(pages, purgeDelay: 500, metadata)
      let blocks = neighbours(&large, [5, 6, 5])
      _ = large.free(blocks[0], now: 0)
      _ = large.free(blocks[1], now: 0)
      #expect(neighbours(&large, [10]) == [blocks[0]])
      let kept = large.runs.dirty.byteCount
      #expect(kept == 1 << 20)
    }
  }

  /// A block that is longer than what is free takes that, and the addresses behind it.
  @Test func freedPagesAreTheBeginningOfALongerBlock() throws {
    let pages = TestPages()
    withMetadata(pages) { metadata in
      var large = blocks(pages, purgeDelay: 500, metadata)
      let first = neighbours(&large, [5])[0]
      _ = large.free(first, now: 0)
      let made = large.allocate(byteCount: 9 << 20, alignment: PageMap.sliceSize)
      #expect(made?.start == first && made?.dirtyByteCount == 5 << 20)
      #expect(TestBlock.isZero(first + 5 << 20, byteCount: 4 << 20))
    }
  }

  @Test func blockGrowsInPlaceAndMovesWhenItCannot() throws {
    let pages = TestPages()
    withMetadata(pages) { metadata in
      var large = blocks(pages, purgeDelay: 500, metadata)
      let blocks = neighbours(&large, [5, 5])
      let last = TestBlock(blocks[1], byteCount: 5 << 20, id: 7)
      let grown = large.resize(blocks[1], to: 9 << 20)
      let first = TestBlock(blocks[0], byteCount: 5 << 20, id: 8)
      let moved = large.resize(blocks[0], to: 9 << 20)
      let mapped = large.mappedBytes
      #expect(grown == blocks[1] && moved != nil && moved != blocks[0] && mapped == 9 << 20)
      #expect(last.isIntact(movedTo: blocks[1], count: 5 << 20))
      #expect(first.isIntact(movedTo: moved ?? 0, count: 5 << 20))
      // What it left is free, and zero.
      let next = large.allocate(byteCount: 5 << 20, alignment: PageMap.sliceSize)
      #expect(next?.start == blocks[0] && next?.dirtyByteCount == 0)
      let violation = large.checkInvariants()
      #expect(violation == nil)
    }
  }

  @Test func attributesOfTheLastOwnerAreTakenAway() throws {
    let pages = TestPages()
    withMetadata(pages) { metadata in
      var large = blocks(pages, purgeDelay: 500, metadata)
      let block = neighbours(&large, [5])[0]
      #expect(pages.isOneMapping(block - 4096, byteCount: 5 << 20 + 8192))
      #expect(pages.setWritable(false, block + 1 << 20, byteCount: 1 << 20))
      #expect(!pages.isOneMapping(block - 4096, byteCount: 5 << 20 + 8192))
      _ = large.free(block, now: 0)
      #expect(neighbours(&large, [5]) == [block])
      UnsafeMutableRawPointer(bitPattern: block + 1 << 20)?.storeBytes(of: 1, as: UInt8.self)
    }
  }

  @Test func purgeGivesContentsAndAddressesBack() throws {
    let pages = TestPages()
    withMetadata(pages) { metadata in
      var large = blocks(pages, purgeDelay: 500, metadata)
      let blocks = neighbours(&large, [5, 6, 7])
      for block in blocks { _ = large.free(block, now: 1000) }
      let young = large.purge(age: 500, now: 1499)
      let isKept = large.runs.arenas != nil
      let old = large.purge(age: 500, now: 1500)
      let isGone = large.runs.arenas == nil
      #expect(young == 0 && isKept && old == 18 << 20 && isGone)
      for block in blocks { #expect(PageMap.record(block)?.pointee.kind == .tombstone) }
    }
  }

  @Test func nothingIsKeptWithoutAPurgeDelay() throws {
    let pages = TestPages()
    withMetadata(pages) { metadata in
      var large = blocks(pages, purgeDelay: 0, metadata)
      let block = neighbours(&large, [8])[0]
      _ = large.resize(block, to: 5 << 20)
      let afterShrinking = large.runs.dirty.byteCount
      _ = large.free(block, now: 0)
      let afterwards = large.runs.dirty.byteCount
      #expect(afterShrinking == 0 && afterwards == 0)
    }
  }
}
