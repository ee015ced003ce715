// What the processor lets through: freed memory, guard pages and protected records are looked at by
// system calls, which fail where an access would fault; and what is said of a fault.

import Memory
import Platform
import TestPages
import Testing

@testable import DebugHeap

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct AccessTests {
  private static let placements: [DebugSettings.Placement] = [.slots, .guardBehind, .guardBefore]

  /// Whether the byte can be read, and whether it can be written.
  private func access(_ address: UInt) -> (reads: Bool, writes: Bool) {
    var ends: [Int32] = [0, 0]
    let place = UnsafeMutableRawPointer(bitPattern: address)
    guard pipe(&ends) == 0 else { return (false, false) }
    defer { for end in ends { close(end) } }
    if write(ends[1], place, 1) != 1 { return (false, false) }
    return (true, read(ends[0], place, 1) == 1)
  }

  @Test(arguments: placements) func freedMemoryIsInaccessible(placement: DebugSettings.Placement) {
    withHeap(.forTests(placement)) { heap in
      for size in [1, 100, 4096, 9000, 100_000] where placement != .slots || size > 16_384 {
        let address = heap.allocate(size).address
        #expect(access(address) == (true, true) && access(address + UInt(size) - 1) == (true, true))
        heap.free(address, Deallocation(.cFree))
        #expect(access(address) == (false, false), "\(size) bytes")
        #expect(access(address + UInt(size) - 1) == (false, false), "\(size) bytes")
      }
      #expect(heap.checkInvariants() == nil)
    }
  }

  @Test(arguments: placements) func guardPagesAreInaccessible(placement: DebugSettings.Placement) {
    withHeap(.forTests(placement)) { heap in
      let page = UInt(System.pageSize)
      for size in [0, 16, 4096, 8192, 102_400] where placement != .slots || size > 16_384 {
        // Neighbours may be accessible, as they are each other's.
        let blocks = (0..<3).map { _ in heap.allocate(size).address }
        for address in blocks where size > 0 {
          let isSmall = size <= page && placement != .slots
          let behind = (address + UInt(size) + page - 1) & ~(page - 1)
          let before = (address & ~(page - 1)) - 1
          if placement != .guardBefore || !isSmall {
            #expect(!access(behind).reads, "\(size) bytes")
          }
          if placement != .guardBehind || !isSmall {
            #expect(!access(before).reads, "\(size) bytes")
          }
        }
        if size == 0 { #expect(blocks.allSatisfy { !access($0).reads }) }
        for address in blocks { heap.free(address, Deallocation(.cFree)) }
      }
      #expect(heap.errorCount == 0)
    }
  }

  @Test func emptiedSliceIsInaccessible() {
    withHeap(.forTests()) { heap in
      let blocks = (0..<7).map { _ in heap.allocate(8000).address }
      for address in blocks.dropLast() { heap.free(address, Deallocation(.cFree)) }
      #expect(access(blocks[0]).reads)
      heap.free(blocks[6], Deallocation(.cFree))
      #expect(blocks.allSatisfy { !access($0).reads })
    }
  }

  @Test(arguments: placements) func protectedRecordsAreReadOnlyBetweenCalls(
    placement: DebugSettings.Placement
  ) {
    var settings = DebugSettings.forTests(placement)
    settings.protectsRecords = true
    withHeap(settings) { heap in
      let blocks = [10, 100_000].map { heap.allocate($0).address }
      let places = [
        UInt(bitPattern: heap.storage), UInt(bitPattern: heap.storage.pointee.classes),
        UInt(bitPattern: heap.storage.pointee.regions.bucket(at: blocks[0])),
        UInt(bitPattern: heap.storage.pointee.large.find(blocks[1])),
      ]
      func isReadOnly() -> Bool { places.allSatisfy { access($0) == (true, false) } }
      #expect(isReadOnly(), "after malloc")
      let moved = heap.reallocate(blocks[0], to: 20)
      #expect(isReadOnly(), "after realloc")
      heap.free(moved, Deallocation(.cFree))
      #expect(isReadOnly(), "after free")
      heap.free(moved, Deallocation(.cFree))
      #expect(heap.errorCount == 1 && isReadOnly(), "after an error")
      #expect(heap.usableSize(blocks[1]) == 100_000 && heap.checkAll("check") == 0 && isReadOnly())
      _ = heap.statistics()
      #expect(isReadOnly(), "after statistics")
      heap.free(blocks[1], Deallocation(.cFree))
    }
  }

  /// What a signal handler is given of a write, or of a read.
  private func explain(_ heap: TestHeap, _ address: UInt, isWrite: Bool = false) -> Bool {
    var context = ucontext_t()
    withUnsafeMutableBytes(of: &context.uc_mcontext.gregs) {
      // REG_ERR of ucontext.h.
      $0.bindMemory(to: Int64.self)[19] = isWrite ? 2 : 0
    }
    return withUnsafePointer(to: &context) {
      heap.explainFault(address, context: UnsafeRawPointer($0)) == .mended
    }
  }

  private func isTold(_ name: String, _ address: UInt, _ how: String) -> Bool {
    TestProcess.log.contains("\(name) on address 0x\(String(address, radix: 16)) (\(how)")
  }

  @Test(arguments: placements, [100, 100_000])
  func useOfAFreedBlockIsExplainedAndLetIn(placement: DebugSettings.Placement, size: Int) {
    if placement == .slots, size == 100 { return }
    // Short: the address would soon be given out again.
    withHeap(.forTests(placement, quarantine: size == 100 ? 0 : 10_000)) { heap in
      let keep = heap.allocate(size).address
      let address = heap.allocate(size).address
      heap.free(address, Deallocation(.cFree))
      #expect(explain(heap, address + 5, isWrite: true))
      #expect(
        heap.errorCount == 1 && isTold("heap-use-after-free", address + 5, "a write, 5 bytes"))
      #expect(access(address + 5) == (true, true))
      // Nobody else gets what the program may still write to.
      for _ in 0..<20 {
        let other = heap.allocate(size).address
        #expect(other != address)
        heap.free(other, Deallocation(.cFree))
      }
      heap.free(keep, Deallocation(.cFree))
      #expect(heap.checkInvariants() == nil)
    }
  }

  @Test func faultsNextToABlockAreExplained() {
    withHeap(.forTests(.guardBehind)) { heap in
      let address = heap.allocate(112).address
      #expect(explain(heap, address + 120))
      #expect(
        isTold("heap-buffer-overflow", address + 120, "a read, 8 bytes after the end of the 112"))
      heap.free(address, Deallocation(.cFree))
      let large = heap.allocate(8192).address
      #expect(explain(heap, large - 1, isWrite: true))
      #expect(isTold("heap-buffer-underflow", large - 1, "a write, 1 byte before the 8192"))
      #expect(heap.errorCount == 2)
    }
    withHeap(.forTests(.guardBefore)) { heap in
      let address = heap.allocate(64).address
      #expect(explain(heap, address - 2))
      #expect(isTold("heap-buffer-underflow", address - 2, "a read, 2 bytes before the 64"))
    }
  }

  @Test func faultsElsewhereAreSomebodyElses() {
    withHeap(.forTests(.guardBehind)) { heap in
      #expect(!explain(heap, 16) && !explain(heap, 1 << 46))
      let address = heap.allocate(10).address
      #expect(!explain(heap, address + 1 << 20) && heap.errorCount == 0)
    }
  }
}
