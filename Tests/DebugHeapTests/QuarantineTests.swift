// When an address is given out again, when slices lose their permissions, and the limit.

import Memory
import Platform
import Synchronization
import TestPages
import Testing

@testable import DebugHeap

@Suite struct QuarantineTests {
  /// Bytes by which the quarantine's clock is late: one step of each class, and its stamps' unit.
  private static let slack = 16384 + 1024

  /// Frees a block, then allocates and frees others until its address comes back: the bytes freed
  /// between.
  private func bytesUntilReuse(_ heap: TestHeap, _ size: Int, keeping keep: Bool) -> Int? {
    let kept = keep ? heap.allocate(size).address : 0
    let first = heap.allocate(size).address
    heap.free(first, Deallocation(.cFree))
    var freed = 0
    while freed < 1 << 24 {
      let address = heap.allocate(size).address
      if address == first || address == 0 {
        if keep { heap.free(kept, Deallocation(.cFree)) }
        return address == first ? freed : nil
      }
      heap.free(address, Deallocation(.cFree))
      // The slot and its record.
      freed += TestHeap.slotSize(TestHeap.sizeClass(size, alignment: 16) ?? 1) + 16
    }
    return nil
  }

  @Test(arguments: [100_000, 1 << 20, 4 << 20], [24, 1000, 9000])
  func addressRestsUntilSoManyBytesWereFreed(quarantine: Int, size: Int) {
    withHeap(.forTests(quarantine: quarantine)) { heap in
      for _ in 0..<3 {
        guard let freed = bytesUntilReuse(heap, size, keeping: true) else {
          Issue.record("the address never came back")
          return
        }
        // A sealed slice waits for itself.
        let most = quarantine + 3 * Self.slack + 2 * 65536
        #expect(freed >= quarantine - Self.slack && freed <= most, "\(freed) bytes")
      }
      #expect(heap.errorCount == 0)
      #expect(heap.checkInvariants() == nil)
    }
  }

  @Test(arguments: [DebugSettings.Placement.guardBehind, .guardBefore])
  func guardedAddressRests(placement: DebugSettings.Placement) {
    withHeap(.forTests(placement, quarantine: 100_000)) { heap in
      let first = heap.allocate(936).address
      heap.free(first, Deallocation(.cFree))
      var frees = 0
      while frees < 1000 {
        let address = heap.allocate(936).address
        if address == first { break }
        heap.free(address, Deallocation(.cFree))
        frees += 1
      }
      #expect(frees >= 100 - 18 && frees <= 200, "\(frees) frees of 936 + 64 bytes")
      #expect(heap.checkInvariants() == nil)
    }
  }

  @Test func withoutQuarantineTheAddressComesBackOnceTheBucketIsFull() {
    for placement in [DebugSettings.Placement.slots, .guardBehind, .guardBefore] {
      withHeap(.forTests(placement, quarantine: 0)) { heap in
        let slotCount = placement == .slots ? (PageMap.sliceSize - 16) / 128 : 8
        let blocks = (0..<slotCount).map { _ in heap.allocate(100).address }
        for index in [3, 5] { heap.free(blocks[index], Deallocation(.cFree)) }
        #expect(heap.allocate(100).address == blocks[3])
        #expect(heap.checkInvariants() == nil)
        let large = heap.allocate(100_000).address
        heap.free(large, Deallocation(.cFree))
        #expect(heap.usableSize(large) == 0 && heap.storage.pointee.large.count == 0)
      }
    }
  }

  /// Freed large blocks stay known, until their addresses are 64 times the quarantine.
  @Test func largeBlocksRest() {
    withHeap(.forTests(quarantine: 100_000)) { heap in
      let first = heap.allocate(91_000).address
      heap.free(first, Deallocation(.cFree))
      var frees = 0
      while frees < 200, heap.storage.pointee.large.find(first) != nil {
        heap.free(heap.allocate(91_000).address, Deallocation(.cFree))
        frees += 1
      }
      #expect(frees == 64 * 100_000 / 102_400)
      #expect(heap.checkInvariants() == nil)
    }
  }

  private final class Seals: Sendable {
    let ranges = Mutex<[(UInt, Int)]>([])
  }

  @Test func emptiedBucketsAreSealed() {
    let seals = Seals()
    let pages = TestPages.forDebugHeap { call, address, byteCount in
      if call == .seal { seals.ranges.withLock { $0.append((address, byteCount)) } }
    }
    // With the pages at the next slices' disposal there would be nothing to seal.
    pages.refuse([.shift], after: 0)
    withHeap(SharedTestPolicy.self, .forTests(quarantine: 1 << 30), pages: pages) { heap in
      let slotCount =
        (PageMap.sliceSize - 16)
        / TestHeap.slotSize(
          TestHeap.sizeClass(1000, alignment: 16) ?? 1)
      let blocks = (0..<4 * slotCount).map { _ in heap.allocate(1000).address }
      // Every second one first: no slice is empty.
      for index in blocks.indices where index % 2 == 0 {
        heap.free(blocks[index], Deallocation(.cFree))
      }
      #expect(seals.ranges.withLock { $0.count } == 0)
      for index in blocks.indices where index % 2 == 1 {
        heap.free(blocks[index], Deallocation(.cFree))
      }
      let slices = Set(blocks.map { $0 & ~PageMap.sliceMask })
      let sealed = seals.ranges.withLock { $0 }
      #expect(Set(sealed.map { $0.0 }) == slices && sealed.allSatisfy { $0.1 == 65536 })
      #expect(slices.count == 4 && sealed.count == 4)
      // They are known even so.
      heap.free(blocks[5], Deallocation(.cFree))
      #expect(heap.errorCount == 1)
      #expect(heap.statistics().residentBytes == 0)
      #expect(heap.checkInvariants() == nil)
    }
  }

  @Test func emptiedBucketsGiveTheirPagesToTheNextOnes() {
    let seals = Seals()
    let pages = TestPages.forDebugHeap { call, address, byteCount in
      // Of slices: those of records are longer.
      if call == .seal || call == .commit, byteCount == PageMap.sliceSize {
        seals.ranges.withLock { $0.append((address, byteCount)) }
      }
    }
    withHeap(SharedTestPolicy.self, .forTests(quarantine: 1 << 30), pages: pages) { heap in
      var slices: Set<UInt> = []
      var calls = 0
      for round in 0..<5 {
        let blocks = (0..<300).map { _ in heap.allocate(1000).address }
        for address in blocks { heap.free(address, Deallocation(.cFree)) }
        slices.formUnion(blocks.map { $0 & ~PageMap.sliceMask })
        let now = seals.ranges.withLock { $0.count }
        #expect(round < 2 || now == calls, "\(now - calls) calls in round \(round)")
        calls = now
        #expect(heap.checkInvariants() == nil)
      }
      // No address came back, and the memory of six slices serves them all.
      #expect(slices.count >= 22 && heap.statistics().residentBytes <= 6 * PageMap.sliceSize)
      #expect(heap.errorCount == 0)
    }
  }

  @Test func memoryThatWasFreedGoesBack() {
    withHeap(.forTests(quarantine: 1 << 30)) { heap in
      let blocks = (0..<150 * 63).map { _ in heap.allocate(1000).address }
      #expect(heap.statistics().residentBytes >= 150 * PageMap.sliceSize)
      for address in blocks { heap.free(address, Deallocation(.cFree)) }
      #expect(heap.statistics().residentBytes <= 65 * PageMap.sliceSize)
      #expect(heap.checkInvariants() == nil)
    }
  }

  /// Each sealed slice and each guarded block splits a mapping.
  @Test(arguments: [DebugSettings.Placement.slots, .guardBehind])
  func mappingsStayWithinTheirBudget(placement: DebugSettings.Placement) {
    var settings = DebugSettings.forTests(placement, quarantine: 1 << 30)
    settings.mappingBudget = 4
    withHeap(settings) { heap in
      for _ in 0..<3 {
        let blocks = (0..<100).map { _ in heap.allocate(4000).address }
        #expect(!blocks.contains(0))
        #expect(heap.storage.pointee.mappingCount.load(ordering: .relaxed) <= 5)
        for address in blocks { heap.free(address, Deallocation(.cFree)) }
        #expect(heap.storage.pointee.mappingCount.load(ordering: .relaxed) <= 5)
        #expect(heap.errorCount == 0 && heap.checkInvariants() == nil)
      }
    }
  }

  @Test(arguments: [DebugSettings.Placement.slots, .guardBehind, .guardBefore])
  func limit(placement: DebugSettings.Placement) {
    var settings = DebugSettings.forTests(placement)
    settings.limit = 1_000_000
    withHeap(settings) { heap in
      #expect(heap.allocate(1_000_001).address == 0)
      let large = heap.allocate(600_000).address
      #expect(large != 0 && heap.allocate(400_001).address == 0)
      #expect(heap.reallocate(large, to: 1_000_001) == 0 && heap.usableSize(large) == 600_000)
      var blocks = (0..<400).map { _ in heap.allocate(1000).address }
      #expect(!blocks.contains(0) && heap.allocate(1).address == 0)
      #expect(heap.checkInvariants() == nil)
      heap.free(blocks.removeLast(), Deallocation(.cFree))
      #expect(heap.allocate(1001).address == 0)
      blocks.append(heap.allocate(1000).address)
      #expect(blocks.last != 0)
      for address in blocks + [large] { heap.free(address, Deallocation(.cFree)) }
      #expect(heap.checkInvariants() == nil)
      let whole = heap.allocate(1_000_000).address
      #expect(whole != 0 && heap.errorCount == 0)
    }
  }

  @Test func refusedBlocksDoNotCountAgainstTheLimit() {
    let pages = TestPages.forDebugHeap()
    var settings = DebugSettings.forTests()
    settings.limit = 1_000_000
    withHeap(SharedTestPolicy.self, settings, pages: pages) { heap in
      for size in [100, 900_000] {
        pages.refuse([.reserve, .commit, .allocate], after: 0)
        #expect(heap.allocate(size).address == 0)
        pages.refuseNothing()
        #expect(heap.checkInvariants() == nil, "\(size) bytes")
      }
    }
  }

  /// The budget of mappings is counted right when slices are refused.
  @Test func refusedSlicesAreNoMappings() {
    let pages = TestPages.forDebugHeap()
    withHeap(SharedTestPolicy.self, .forTests(quarantine: 0), pages: pages) { heap in
      let first = heap.allocate(100).address
      #expect(heap.checkInvariants() == nil)
      for size in [1000, 2000, 3000] {
        pages.refuse([.commit], after: 0)
        #expect(heap.allocate(size).address == 0)
        pages.refuseNothing()
        #expect(heap.checkInvariants() == nil, "refused \(size) bytes")
        heap.free(heap.allocate(size).address, Deallocation(.cFree))
        #expect(heap.checkInvariants() == nil, "granted \(size) bytes")
      }
      heap.free(first, Deallocation(.cFree))
    }
  }

  /// What others freed before counts as freed behind it, as far as the clock has not noticed:
  /// less than a step of each class.
  @Test func otherClassesMakeTheClockAtMostAStepLate() {
    withHeap(.forTests(quarantine: 1 << 20)) { heap in
      let sizes = [
        40, 60, 80, 100, 140, 170, 200, 240, 300, 360, 420, 480, 600, 700, 800, 900, 1200, 1500,
        1700, 2000,
      ]
      _ = sizes.map { heap.allocate($0) }
      for size in sizes {
        let slotSize = TestHeap.slotSize(TestHeap.sizeClass(size, alignment: 16) ?? 1)
        for _ in 0..<16383 / slotSize {
          heap.free(heap.allocate(size).address, Deallocation(.cFree))
        }
      }
      _ = heap.allocate(3000)
      let first = heap.allocate(3000).address
      heap.free(first, Deallocation(.cFree))
      var freed = 0
      while heap.allocate(3000).address != first, freed < 4 << 20 {
        for size in sizes {
          freed += TestHeap.slotSize(TestHeap.sizeClass(size, alignment: 16) ?? 1)
          heap.free(heap.allocate(size).address, Deallocation(.cFree))
        }
      }
      #expect(freed >= 1 << 20 - 20 * Self.slack && freed <= 2 << 20, "\(freed) bytes")
    }
  }

  /// A large block that stays where it is counts against the limit with its new size.
  @Test func limitHoldsWhenLargeBlocksGrowInPlace() {
    var settings = DebugSettings.forTests()
    settings.limit = 100_100
    withHeap(settings) { heap in
      let address = heap.allocate(100_000).address
      #expect(address != 0)
      #expect(heap.reallocate(address, to: 100_200) == 0, "grew beyond the limit")
      #expect(heap.checkInvariants() == nil)
    }
  }
}
