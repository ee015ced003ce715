// Bytes that the program must not write: each change is found where it is to be, told once, and
// mended.

import DebugHeap
import Memory
import TestPages
import Testing

@Suite struct DamageTests {
  private static let sizes = [1, 24, 100, 1000, 5000, 16_000, 100_000]

  /// Each byte of the canary, in front and behind, one after the other.
  @Test func damagedCanary() {
    withHeap(.forTests()) { heap in
      for size in [0, 1, 13, 100, 1000] {
        for distance in 0..<16 {
          let address = heap.allocate(size).address
          let behind = address + UInt(size + distance)
          expectError(heap, "heap-buffer-overflow", "\(size)", address: behind) {
            bytes(behind).pointee ^= 1
            heap.free(address, Deallocation(.cFree))
          }
          let other = heap.allocate(size).address
          let before = other - 1 - UInt(distance)
          let count = heap.errorCount
          bytes(before).pointee ^= 1
          // It may be nearer to the end of the block before.
          heap.free(other, Deallocation(.cFree))
          #expect(heap.errorCount == count + 1 && heap.checkAll("check") == 0)
        }
      }
    }
  }

  @Test func damagedCanaryOfGuardedBlocks() {
    for protects in [false, true] {
      var settings = DebugSettings.forTests(.guardBehind)
      settings.protectsRecords = protects
      withHeap(settings) { heap in
        for size in [1, 13, 24, 5000, 100_001] {
          let address = heap.allocate(size).address
          expectError(heap, "heap-buffer-overflow", "\(size)", address: address + UInt(size)) {
            bytes(address + UInt(size)).pointee ^= 1
            heap.free(address, Deallocation(.cFree))
          }
          let other = heap.allocate(size).address
          expectError(heap, "heap-buffer-underflow", "\(size)", address: other - 1) {
            bytes(other - 1).pointee ^= 1
            #expect(heap.reallocate(other, to: size + 1) != 0)
          }
        }
      }
      settings.placement = .guardBefore
      withHeap(settings) { heap in
        let address = heap.allocate(24).address
        expectError(heap, "heap-buffer-overflow", "24", address: address + 4095) {
          bytes(address + 4095).pointee ^= 1
          heap.free(address, Deallocation(.cFree))
        }
      }
    }
  }

  /// Live blocks: found by a look at everything, once, and repaired.
  @Test func damageIsFoundByTheCheck() {
    withHeap(.forTests()) { heap in
      let blocks = Self.sizes.map { ($0, heap.allocate($0).address) }
      for (size, address) in blocks where size != 100_000 {
        let place = address + UInt(size)
        let before = heap.errorCount
        bytes(place).pointee = 0
        #expect(heap.checkAll("check") == 1, "\(size) bytes")
        #expect(heap.errorCount == before + 1 && heap.checkAll("check") == 0)
      }
      for (_, address) in blocks { heap.free(address, Deallocation(.cFree)) }
      #expect(heap.checkInvariants() == nil)
    }
  }

  @Test func writeAfterFree() {
    withHeap(.forTests()) { heap in
      for size in [1, 24, 1000, 16_000] {
        for place in Set([0, size / 2, size - 1]) {
          let address = heap.allocate(size).address
          heap.free(address, Deallocation(.cFree))
          bytes(address + UInt(place)).pointee = 0x42
          let before = heap.errorCount
          #expect(heap.checkAll("check") == 1, "\(size) bytes")
          #expect(heap.errorCount == before + 1 && heap.checkAll("check") == 0)
          #expect(heap.checkInvariants() == nil)
        }
      }
    }
  }

  /// What was written to is found when the address' turn comes, and then it is not given out.
  @Test func writeAfterFreeIsFoundWhenTheQuarantineEnds() {
    withHeap(.forTests(quarantine: 100_000)) { heap in
      let keep = heap.allocate(100).address
      let address = heap.allocate(100).address
      heap.free(address, Deallocation(.cFree))
      bytes(address + 99).pointee = 0
      for _ in 0..<4000 {
        let other = heap.allocate(100).address
        #expect(other != address)
        heap.free(other, Deallocation(.cFree))
      }
      #expect(heap.errorCount == 1)
      #expect(heap.checkInvariants() == nil)
      heap.free(keep, Deallocation(.cFree))
      #expect(heap.checkInvariants() == nil)
    }
  }

  /// Or when its bucket is to be sealed.
  @Test func writeAfterFreeIsFoundWhenTheBucketEmpties() {
    withHeap(.forTests(quarantine: 1 << 30)) { heap in
      let blocks = (0..<7).map { _ in heap.allocate(8000).address }
      for (index, address) in blocks.enumerated() {
        if index == 6 { bytes(blocks[2]).pointee = 1 }
        heap.free(address, Deallocation(.cFree))
      }
      #expect(heap.errorCount == 1)
      #expect(heap.checkInvariants() == nil)
    }
  }
}
