// Several threads on a debug heap, a heap for one thread, and signal handlers.

import Memory
import Platform
import Synchronization
import TestPages
import Testing

@testable import DebugHeap

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct ThreadTests {
  private final class Shared<Policy: DebugPolicy>: @unchecked Sendable {
    let heap: DebugHeap<Policy>
    let queue = TestBlockQueue()
    let broken = Atomic<Int>(0)
    let done = Atomic<Int>(0)

    init(_ heap: DebugHeap<Policy>) { self.heap = heap }

    func free(_ block: TestBlock) {
      if !block.isIntact { broken.add(1, ordering: .relaxed) }
      heap.free(block.address, Deallocation(.cFree, size: block.byteCount))
    }

    func work(seed: UInt64, rounds: Int, oneLargeIn share: Int) {
      var random = SeededRandom(seed: seed)
      for round in 0..<rounds {
        for step in 0..<20 {
          let size = random.once(in: share) ? 17_000 + random.below(20_000) : random.below(600)
          let address = heap.allocate(size).address
          if address == 0 { broken.add(1, ordering: .relaxed) }
          let id = seed << 32 | UInt64(round * 20 + step + 1)
          queue.put(TestBlock(address, byteCount: size, id: id))
        }
        for _ in 0..<20 {
          if let block = queue.take(&random) { free(block) }
        }
        if random.once(in: 100), heap.checkAll("check") != 0 { broken.add(1, ordering: .relaxed) }
      }
    }
  }

  @Test(arguments: [DebugSettings.Placement.slots, .guardBehind], [false, true])
  func blocksGoFromThreadToThread(placement: DebugSettings.Placement, protects: Bool) {
    var settings = DebugSettings.forTests(placement, quarantine: 200_000)
    settings.protectsRecords = protects
    withHeap(settings) { heap in
      let shared = Shared(heap)
      let threads = (1...4).map { seed in
        TestThread {
          shared.work(seed: UInt64(seed), rounds: protects ? 20 : 120, oneLargeIn: 100)
        }
      }
      for thread in threads { thread?.join() }
      #expect(shared.broken.load(ordering: .relaxed) == 0 && heap.errorCount == 0)
      #expect(heap.checkInvariants() == nil)
      var random = SeededRandom(seed: 0)
      while let block = shared.queue.take(&random) { shared.free(block) }
      #expect(heap.statistics().requestedBytes == 0 && heap.errorCount == 0)
      #expect(heap.checkInvariants() == nil)
    }
  }

  @Test func largeBlocksGoFromThreadToThread() {
    withHeap(.forTests(quarantine: 100_000)) { heap in
      let shared = Shared(heap)
      let threads = (1...4).map { seed in
        TestThread { shared.work(seed: UInt64(seed), rounds: 30, oneLargeIn: 1) }
      }
      for thread in threads { thread?.join() }
      #expect(shared.broken.load(ordering: .relaxed) == 0 && heap.errorCount == 0)
      #expect(heap.checkInvariants() == nil)
    }
  }

  /// A call waits for whoever holds the lock of what it needs: class, regions, large blocks.
  @Test(arguments: [0, 1, 2]) func callsWaitForTheirLocks(which: Int) {
    withHeap(.forTests()) { heap in
      let shared = Shared(heap)
      let state = heap.storage.pointee.classes + (TestHeap.sizeClass(100, alignment: 16) ?? 1)
      func withLock(_ body: (borrowing Lock) -> Void) {
        switch which {
        case 0: body(state.pointee.lock)
        case 1: body(heap.storage.pointee.regions.lock)
        default: body(heap.storage.pointee.largeLock)
        }
      }
      withLock { $0.lock() }
      let thread = TestThread {
        shared.queue.put(
          TestBlock(
            shared.heap.allocate(which == 2 ? 100_000 : 100).address, byteCount: 100, id: 1))
        shared.done.store(1, ordering: .releasing)
      }
      usleep(30_000)
      let before = shared.done.load(ordering: .acquiring)
      #expect(before == 0, "did not wait")
      withLock { $0.unlock() }
      thread?.join()
      let after = shared.done.load(ordering: .acquiring)
      #expect(after == 1 && heap.checkInvariants() == nil)
    }
  }

  @Test func heapForOneThreadTellsOfTheSecond() {
    withHeap(LonelyTestPolicy.self, .forTests()) { heap in
      let shared = Shared(heap)
      let first = heap.allocate(10).address
      #expect(heap.errorCount == 0)
      let size = Mutex(1)
      TestThread {
        let address = shared.heap.allocate(20).address
        size.withLock { $0 = shared.heap.usableSize(address) }
        shared.heap.free(address, Deallocation(.cFree))
      }?.join()
      // The call does nothing.
      #expect(size.withLock { $0 } == 0)
      #expect(heap.errorCount >= 1 && heap.distinctCount == 1)
      let misuse = String(UInt(bitPattern: heap.storage), radix: 16)
      let told = TestProcess.log.split(separator: "\n").count {
        $0.contains("thread-misuse of the single-threaded heap at 0x\(misuse)")
      }
      #expect(told == 1)
      let count = heap.errorCount
      heap.free(first, Deallocation(.cFree))
      #expect(heap.errorCount == count && heap.checkInvariants() == nil)
    }
  }

  /// As a signal handler finds it that interrupted a call of its thread: with no lock held (0), the
  /// class' lock (1), or all that matter (2).
  @Test(arguments: [0, 1, 2], BlockKind.all)
  func handlersAllocateAndFree(held: Int, kind: BlockKind) {
    let released = Mutex(0)
    let pages = TestPages.forDebugHeap { call, _, byteCount in
      if call == .release, byteCount == 106_496 { released.withLock { $0 += 1 } }
    }
    withHeap(SharedTestPolicy.self, .forTests(), pages: pages) { heap in
      let function = kind.function
      let outer = heap.allocate(40, kind: kind).address
      let large = heap.allocate(40_000, kind: kind).address
      var inner: [TestBlock] = []
      let sizeClass = TestHeap.sizeClass(40, alignment: 16) ?? 1
      let state = heap.storage.pointee.classes + sizeClass
      ThreadFlags.insert(ThreadFlags.busy)
      if held > 0 { state.pointee.lock.lock() }
      if held > 1 { heap.storage.pointee.regions.lock.lock() }
      for size in [40, 40, 3000, 100_000] {
        let address = heap.allocate(size, alignment: 64, kind: kind).address
        #expect(address != 0 && address % 64 == 0 && heap.usableSize(address) == size)
        inner.append(TestBlock(address, byteCount: size, id: UInt64(inner.count + 1)))
      }
      heap.free(outer, Deallocation(function))
      heap.free(large, Deallocation(function))
      heap.free(inner.removeFirst().address, Deallocation(function))
      if held > 1 { heap.storage.pointee.regions.lock.unlock() }
      if held > 0 { state.pointee.lock.unlock() }
      ThreadFlags.remove(ThreadFlags.busy)
      for block in inner {
        #expect(block.isIntact && heap.usableSize(block.address) == block.byteCount)
        heap.free(block.address, Deallocation(function))
      }
      // The next call frees what could not be freed.
      heap.free(heap.allocate(1).address, Deallocation(.cFree))
      #expect(heap.errorCount == 0, "lock state \(held)")
      #expect(heap.statistics().requestedBytes == 0)
      #expect(heap.checkInvariants() == nil)
      // The long block's mapping is given back, the short ones' stays.
      let chunks = heap.chunkByteCounts
      #expect(chunks.count <= 1 && chunks.allSatisfy { $0 == Interrupted.chunkByteCount })
      #expect(released.withLock { $0 } == 1)
    }
  }

  /// A handler's block of no bytes that is the last of its chunk is in it nevertheless.
  @Test func handlersBlockAtTheEndOfItsChunk() {
    withHeap(.forTests()) { heap in
      ThreadFlags.insert(ThreadFlags.busy)
      heap.storage.pointee.regions.lock.lock()
      // All but 16 bytes of a chunk.
      var blocks = [16368, 16368, 16368, 16352].map { heap.allocate($0).address }
      blocks.append(heap.allocate(0).address)
      heap.storage.pointee.regions.lock.unlock()
      ThreadFlags.remove(ThreadFlags.busy)
      for address in blocks { heap.free(address, Deallocation(.cFree)) }
      #expect(heap.errorCount == 0)
    }
  }
}

extension DebugHeap {
  /// Lengths of the mappings that signal handlers' blocks are in.
  fileprivate var chunkByteCounts: [Int] {
    let gate = storage.pointee.gate
    return (0..<Interrupted.limit).compactMap {
      gate.pointee.interrupted.chunks[$0].load(ordering: .relaxed) == 0
        ? nil : gate.pointee.interrupted.byteCounts[$0]
    }
  }
}

extension BlockKind {
  static var all: [BlockKind] { [.cMalloc, .operatorNew, .operatorNewArray] }
}
