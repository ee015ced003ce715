// A heap without checks: what it does not do, and that what it is told wrong is found all the same.

import Memory
import TestPages
import Testing

@testable import DebugHeap

@Suite struct TrackingTests {
  @Test func freedSlotsComeAgainAtOnce() {
    withHeap(.unchecked) { heap in
      let blocks = (0..<5000).map { _ in heap.allocate(40).address }
      let freed = stride(from: 0, to: 5000, by: 2).map { blocks[$0] }
      for address in freed { heap.free(address, Deallocation(.cFree)) }
      let again = Set(freed.map { _ in heap.allocate(40).address })
      #expect(again.isSubset(of: freed), "\(again.subtracting(freed).count) are others")
      #expect(heap.checkInvariants() == nil)
    }
  }

  @Test func freedBytesStay() {
    withHeap(.unchecked) { heap in
      let address = heap.allocate(40).address
      bytes(address).update(repeating: 7, count: 40)
      // A neighbour keeps the bucket in use.
      _ = heap.allocate(40)
      heap.free(address, Deallocation(.cFree))
      #expect((0..<40).allSatisfy { bytes(address)[$0] == 7 })
      bytes(address)[41] = 1
      #expect(heap.checkAll("check") == 0)
    }
  }

  @Test func smallBlocksAreResizedWhereTheyAre() {
    withHeap(.unchecked) { heap in
      let address = heap.allocate(33).address
      #expect(heap.reallocate(address, to: 38) == address)
      #expect(heap.usableSize(address) == 38)
      #expect(heap.reallocate(address, to: 3800) != address)
      #expect(heap.checkInvariants() == nil)
    }
  }

  /// The byte behind a block belongs to no other one.
  @Test func endsAreNoBeginnings() {
    withHeap(.unchecked) { heap in
      for size in [16, 31, 32, 48, 64, 80, 1024, 16_000] {
        let blocks = Set((0..<100).map { _ in heap.allocate(size).address })
        #expect(blocks.allSatisfy { !blocks.contains($0 + UInt(size)) }, "\(size) bytes")
      }
    }
  }

  @Test func badFreesAreReported() {
    withHeap(.unchecked) { heap in
      for size in [40, 100_000] {
        let address = heap.allocate(size).address
        expectError(heap, "invalid-free", "\(size) bytes", address: address + 16) {
          heap.free(address + 16, Deallocation(.cFree))
        }
        heap.free(address, Deallocation(.cFree, size: size + 1))
        if size > 16384 { continue }
        expectError(heap, "double-free", "\(size) bytes", address: address) {
          heap.free(address, Deallocation(.cFree))
        }
      }
      #expect(heap.checkInvariants() == nil)
    }
  }

  /// The pages of emptied slices serve the next ones: no call of the system for each.
  @Test func emptySlicesKeepTheirPages() {
    let pages = TestPages.forDebugHeap()
    withHeap(SharedTestPolicy.self, .unchecked, pages: pages) { heap in
      func fill(_ size: Int) {
        let blocks = (0..<2000).map { _ in heap.allocate(size).address }
        for address in blocks { heap.free(address, Deallocation(.cFree)) }
      }
      fill(500)
      let calls = pages.callCount
      for size in [500, 900, 700, 500] { fill(size) }
      #expect(pages.callCount - calls < 40)
      #expect(heap.checkInvariants() == nil)
    }
  }
}
