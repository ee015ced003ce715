// Medium blocks: one run of the page heap each.

import Heap
import Memory
import Platform
import TestPages
import Testing

@Suite struct MediumBlockTests {
  /// Blocks of 200 KiB that lie behind one another, in the order of their addresses.
  private func neighbours(_ test: TestHeap, _ count: Int) -> [UInt] {
    (0..<count).map { _ in test.allocate(200 << 10).address }.sorted()
  }

  @Test func freedBlockBehindAFreeOneIsKnownAsFree() throws {
    let test = try #require(TestHeap(purgeDelay: -1))
    defer { test.close() }
    let blocks = neighbours(test, 4)
    #expect(blocks[1] - blocks[0] == 4 * 65536)
    test.free(blocks[0])
    test.free(blocks[1])
    #expect(test.heap.usableSize(blocks[1]) == 0)
    #expect(PageMap.record(blocks[1])?.pointee.kind != .medium)
    #expect(test.heap.usableSize(blocks[0]) == 0)
    #expect(test.heap.usableSize(blocks[2]) == 200 << 10)
    #expect(test.heap.checkInvariants() == nil)
  }

  @Test func shrinkingKeepsThePlaceAndFreesTheRest() throws {
    let test = try #require(TestHeap(purgeDelay: -1))
    defer { test.close() }
    let block = TestBlock(test.allocate(900_000).address, byteCount: 900_000, id: 1)
    let used = test.heap.storage.pointee.pageHeap.usedBytes
    #expect(test.heap.reallocate(block.address, to: 300_000) == block.address)
    #expect(test.heap.storage.pointee.pageHeap.usedBytes == used - 9 * 65536)
    #expect(block.isIntact(movedTo: block.address, count: 300_000))
    #expect(test.heap.usableSize(block.address) == 303_104)
    #expect(test.heap.checkInvariants() == nil)
    test.free(block.address)
  }

  /// What was asked for, in pages, after each change in place; and more than any small block has.
  @Test func usableSizeFollowsTheRequest() throws {
    let test = try #require(TestHeap(purgeDelay: -1))
    defer { test.close() }
    let block = test.allocate(33_000)
    #expect(test.heap.usableSize(block.address) == 36_864)
    for (size, usable) in [(40_000, 40_960), (65_536, 65_536), (50_000, 53_248)] {
      #expect(test.heap.reallocate(block.address, to: size) == block.address)
      #expect(test.heap.usableSize(block.address) == usable)
    }
    let aligned = test.heap.allocate(100, alignment: 65_536)
    #expect(test.heap.usableSize(aligned.address) == 36_864)
    test.free(block.address)
    test.free(aligned.address)
    #expect(test.heap.checkInvariants() == nil)
  }

  @Test func innerAddressesBeginNoBlock() throws {
    let test = try #require(TestHeap(purgeDelay: -1))
    defer { test.close() }
    let address = test.allocate(200 << 10).address
    for offset: UInt in [1, 16, 4096, 65536, 3 * 65536] {
      #expect(test.heap.usableSize(address + offset) == 0)
    }
    #expect(test.heap.usableSize(1) == 0 && test.heap.usableSize(.max) == 0)
  }

  // MARK: Tails

  private func word(_ address: UInt) -> UInt64 {
    UnsafePointer<UInt64>(bitPattern: address).unsafelyUnwrapped.pointee
  }

  // A block with ones in all its words.
  private func filledBlock(_ test: TestHeap, _ byteCount: Int) -> UInt {
    let address = test.allocate(byteCount).address
    UnsafeMutablePointer<UInt64>(bitPattern: address).unsafelyUnwrapped.initialize(
      repeating: 1, count: byteCount / 8)
    return address
  }

  /// A block of 900,000 bytes with contents that has become one of 70,000.
  private func shrunkBlock(_ test: TestHeap) -> UInt {
    let block = filledBlock(test, 900_000)
    #expect(test.heap.reallocate(block, to: 70_000) == block)
    return block
  }

  @Test func theTailOfAShrunkBlockGoesBackOnce() throws {
    let test = try #require(TestHeap(purgeDelay: -1))
    defer { test.close() }
    let block = shrunkBlock(test)
    #expect(word(block + 73_728) != 0)
    #expect(test.heap.trim() >= 131_072 - 73_728)
    #expect(word(block + 73_728) == 0)
    #expect(word(block) == 1 && word(block + 73_720) == 1)
    #expect(test.heap.trim() == 0)
    // Of what it grows over no byte goes back any more.
    #expect(test.heap.reallocate(block, to: 131_072) == block)
    #expect(test.heap.trim() == 0)
    test.free(block)
    #expect(test.heap.checkInvariants() == nil)
  }

  @Test func aTailGoesBackWhenThePurgeDelayHasPassed() throws {
    let test = try #require(TestHeap(purgeDelay: 10_000))
    defer { test.close() }
    let block = shrunkBlock(test)
    let now = System.milliseconds
    let atOnce = test.heap.pageHeap.purge(age: 10_000, now: now, timesOut: true)
    #expect(atOnce == 0 && word(block + 73_728) != 0)
    #expect(test.heap.pageHeap.purge(age: 10_000, now: now &+ 10_001, timesOut: true) > 0)
    #expect(word(block + 73_728) == 0)
    #expect(test.heap.checkInvariants() == nil)
    test.free(block)
  }

  /// Locked pages stay, and count as none; nobody asks again.
  @Test func refusedTailsAreLeftAlone() throws {
    let test = try #require(TestHeap(purgeDelay: -1))
    defer { test.close() }
    let block = shrunkBlock(test)
    test.pages.refuse([.purge], after: 0)
    #expect(test.heap.trim() == 0)
    test.pages.refuseNothing()
    #expect(word(block + 73_728) != 0)
    #expect(test.heap.pageHeap.tailCount == 0)
    test.free(block)
  }

  @Test func onlyTailsWithContentsGoBack() throws {
    let test = try #require(TestHeap(purgeDelay: -1))
    defer { test.close() }
    let fresh = test.allocate(70_000)
    #expect(test.heap.pageHeap.tailCount == 0)
    test.free(filledBlock(test, 131_072))
    let reused = test.allocate(70_000)
    #expect(test.heap.pageHeap.tailCount == 1)
    test.free(reused.address)
    #expect(test.heap.pageHeap.tailCount == 0)
    #expect(test.heap.checkInvariants() == nil)
    test.free(fresh.address)
  }

  @Test func tailsOfLargeBlocksGoBack() throws {
    let test = try #require(TestHeap(purgeDelay: -1))
    defer { test.close() }
    let block = filledBlock(test, 6 << 20)
    #expect(test.heap.reallocate(block, to: 5 << 20 | 1) == block)
    let end = block + 5 << 20 + 4096
    #expect(test.heap.large.runs.tailCount == 1 && word(end) != 0)
    #expect(test.heap.trim() > 0)
    #expect(test.heap.large.runs.tailCount == 0 && word(end) == 0)
    #expect(word(block) == 1 && word(end - 8) == 1)
    test.free(block)
    #expect(test.heap.checkInvariants() == nil)
  }
}
