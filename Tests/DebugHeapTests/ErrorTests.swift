// Errors put into a debug heap: each is counted once, says what it is, and the heap goes on.

import CShims
import DebugHeap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct ErrorTests {
  private static let placements: [DebugSettings.Placement] = [.slots, .guardBehind, .guardBefore]
  private static let sizes = [1, 24, 100, 1000, 5000, 16_000, 100_000]

  /// In every placement, with records that are protected and ones that are not.
  private func everyHeap(_ body: (TestHeap, DebugSettings.Placement) -> Void) {
    for placement in Self.placements {
      for protects in [false, true] {
        var settings = DebugSettings.forTests(placement)
        settings.protectsRecords = protects
        withHeap(settings) { body($0, placement) }
      }
    }
  }

  @Test func doubleFree() {
    everyHeap { heap, placement in
      for size in Self.sizes {
        let address = heap.allocate(size).address
        heap.free(address, Deallocation(.cFree))
        expectError(heap, "double-free", "\(size) bytes, \(placement)", address: address) {
          heap.free(address, Deallocation(.cFree))
        }
      }
    }
  }

  @Test func innerFree() {
    everyHeap { heap, placement in
      for size in Self.sizes where size > 16 {
        let address = heap.allocate(size).address
        expectError(heap, "invalid-free", "\(size) bytes, \(placement)", address: address + 16) {
          heap.free(address + 16, Deallocation(.cFree))
        }
        #expect(heap.usableSize(address) == size)
        heap.free(address, Deallocation(.cFree))
      }
    }
  }

  @Test func wrongCall() {
    everyHeap { heap, placement in
      let wrong: [(String, BlockKind, Deallocation)] = [
        ("size-mismatch", .cMalloc, Deallocation(.cFree, size: 99)),
        ("size-mismatch", .operatorNew, Deallocation(.operatorDelete, size: 101)),
        ("alignment-mismatch", .cMalloc, Deallocation(.cFree, alignment: 64)),
        (
          "alignment-mismatch", .operatorNew,
          Deallocation(.operatorDelete, size: 100, alignment: 32)
        ),
        ("kind-mismatch", .cMalloc, Deallocation(.operatorDelete)),
        ("kind-mismatch", .cMalloc, Deallocation(.operatorDeleteArray)),
        ("kind-mismatch", .operatorNew, Deallocation(.cFree)),
        ("kind-mismatch", .operatorNew, Deallocation(.operatorDeleteArray, size: 100)),
        ("kind-mismatch", .operatorNewArray, Deallocation(.operatorDelete)),
      ]
      for (name, kind, release) in wrong {
        let address = heap.allocate(100, kind: kind).address
        expectError(heap, name, "\(placement)", address: address) { heap.free(address, release) }
        #expect(heap.usableSize(address) == 0)
      }
      let address = heap.allocate(20_000, alignment: 64, kind: .operatorNew).address
      expectError(heap, "alignment-mismatch", "\(placement)", address: address) {
        heap.free(address, Deallocation(.operatorDelete, alignment: 0))
      }
      let other = heap.allocate(50, kind: .operatorNew).address
      expectError(heap, "kind-mismatch", "\(placement)", address: other) {
        #expect(heap.reallocate(other, to: 60) != 0)
      }
    }
  }

  /// What realloc returns may be freed by free_sized (C23 7.24.3.4), whatever it was before.
  @Test func reallocatedBlocksAreAsMallocsAre() {
    everyHeap { heap, placement in
      for (size, new) in [(100, 90), (100, 5000), (100_000, 100_100), (100_000, 300_000)] {
        let aligned = heap.allocate(size, alignment: 64).address
        let address = heap.reallocate(aligned, to: new)
        heap.free(address, Deallocation(.cFree, size: new, alignment: 0))
        let count = heap.errorCount
        #expect(count == 0, "\(size) → \(new) bytes, \(placement)")
      }
    }
  }

  @Test func freeOfWhatIsNoBlock() {
    withHeap(.forTests()) { heap in
      let address = heap.allocate(100).address
      expectError(heap, "invalid-free", "fresh slot", address: address + 20_000) {
        heap.free(address + 20_000, Deallocation(.cFree))
      }
      expectError(heap, "invalid-free", "slice never taken", address: address + 1 << 20) {
        heap.free(address + 1 << 20, Deallocation(.cFree))
      }
      expectError(heap, "invalid-free", "nothing", address: 16) {
        heap.free(16, Deallocation(.cFree))
      }
      var local = 0
      withUnsafeMutablePointer(to: &local) { local in
        let place = UInt(bitPattern: local)
        expectError(heap, "invalid-free", "stack", address: place) {
          heap.free(place, Deallocation(.cFree))
        }
      }
      heap.free(address, Deallocation(.cFree))
    }
  }

  /// The same error is counted each time, and told once.
  @Test func sameErrorIsToldOnce() {
    withHeap(.forTests()) { heap in
      let address = heap.allocate(77).address
      heap.free(address, Deallocation(.cFree))
      let head = "double-free on address 0x\(String(address, radix: 16)) "
      func told() -> Int { TestProcess.log.split(separator: "\n").count { $0.contains(head) } }
      // Of another heap that was at the same place.
      let before = told()
      for _ in 0..<10 { heap.free(address, Deallocation(.cFree)) }
      #expect(heap.errorCount == 10 && heap.distinctCount == 1 && told() == before + 1)
      // Another size is another error, and so is another kind.
      let other = heap.allocate(78).address
      heap.free(other, Deallocation(.cFree))
      heap.free(other, Deallocation(.cFree))
      heap.free(heap.allocate(77).address, Deallocation(.operatorDelete))
      #expect(heap.errorCount == 12 && heap.distinctCount == 3)
    }
  }

  /// Who allocated, who freed first, who frees now.
  @Test(arguments: [10, 100_000]) func threadsAreNamed(size: Int) {
    withHeap(.forTests()) { heap in
      let ids = Mutex<[Int32]>([])
      let address = heap.allocate(size).address
      for _ in 0..<2 {
        TestThread { [heap = Unchecked(heap)] in
          ids.withLock { $0.append(swiftmalloc_thread_id()) }
          heap.value.free(address, Deallocation(.cFree))
        }?.join()
      }
      let own = swiftmalloc_thread_id()
      let lines = TestProcess.log.split(separator: "\n")
      let threads = ids.withLock { $0 }
      #expect(heap.errorCount == 1 && threads.count == 2)
      #expect(
        lines.contains {
          $0.contains("double-free on address 0x\(String(address, radix: 16)) ")
            && $0.hasSuffix(" (\(threads[1]))")
        })
      #expect(
        lines.contains { $0.hasPrefix("freed first by thread ") && $0.contains("(\(threads[0])):") }
      )
      #expect(lines.contains { $0.hasPrefix("allocated by thread ") && $0.contains("(\(own)):") })
    }
  }

  @Test func processEndsAtTheFirstError() async {
    let result = await #expect(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      // Without TestProcess: the report goes to standard error.
      var settings = DebugSettings.forTests()
      settings.stopsAtError = true
      let heap = try #require(TestHeap(pages: .forDebugHeap(), settings: settings))
      let address = heap.allocate(10).address
      heap.free(address, Deallocation(.cFree))
      heap.free(address, Deallocation(.cFree))
    }
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(output.contains("==ERROR: swiftmalloc: double-free on address 0x"))
    #expect(output.contains("(10-byte block)") && output.contains("freed first"))
  }
}
