// A heap in a process that counts: what was asked for of each block is kept beside its span's bits, or in its record.

import CShims
import Heap
import Live
import Memory
import Platform
import TestPages
import Testing

@Suite struct CountedHeapTests {
  private static func withHeap(
    classSteps: Int, _ body: (Heap<CountedTestPolicy>) -> Void
  ) {
    let pages = TestPages()
    let settings = HeapSettings(
      classes: SizeClasses(steps: classSteps),
      pages: PageHeapSettings(purgeDelay: -1, hugePages: .auto))
    guard Counting.start(), let heap = Heap<CountedTestPolicy>(pages: pages, settings: settings),
      let cache = heap.makeCache()
    else {
      Issue.record("no heap")
      return
    }
    swiftmalloc_set_thread_cache(cache)
    #expect(swiftmalloc_ready_cache() == UInt(SWIFTMALLOC_NO_CACHE))
    body(heap)
    #expect(heap.checkInvariants() == nil)
    swiftmalloc_set_thread_cache(nil)
    pages.releaseAll()
  }

  private static func allocate(_ heap: Heap<CountedTestPolicy>, _ byteCount: Int) -> UInt {
    if let address = FastPath<CountingPolicy>(CountingThread()).allocateRefilling(
      UInt(byteCount), rounded: UInt(byteCount))
    {
      return address
    }
    let address = heap.allocate(byteCount).address
    heap.countAllocated(address, byteCount)
    return address
  }

  /// Every length of each class, beside neighbours of other lengths.
  @Test(arguments: [1, 2, 4, 8])
  func slacksOfEveryClass(classSteps: Int) async {
    await #expect(processExitsWith: .success) { [classSteps] in
      Self.withHeap(classSteps: classSteps) { heap in
        var shortest = 0
        for sizeClass in 0..<heap.classes.count {
          let blockSize = heap.classes.blockSize(sizeClass)
          // The number is not used.
          if blockSize == 0 { continue }
          let capacity = PageMap.sliceSize / blockSize
          var live: [(UInt, Int)] = []
          for step in 0..<(capacity + 3) {
            let byteCount = blockSize - step % (blockSize - shortest + (sizeClass == 0 ? 1 : 0))
            live.append((Self.allocate(heap, byteCount), byteCount))
          }
          for (address, byteCount) in live {
            let block = heap.countedBlock(address)
            #expect(block?.byteCount == byteCount && block?.sizeClass == sizeClass)
          }
          for (address, byteCount) in live {
            heap.freeCounted(address)
            #expect(heap.countedBlock(address) == nil, "\(byteCount)")
          }
          shortest = blockSize
          #expect(LiveTotals.ofClass(sizeClass).allocationCount == capacity + 3)
          #expect(LiveTotals.ofClass(sizeClass).liveBytes == 0)
        }
      }
    }
  }

  @Test func notedSizesAreThoseOfTheLiveBlocks() async {
    await #expect(processExitsWith: .success) {
      Self.withHeap(classSteps: 4) { heap in
        var random = SeededRandom(seed: 6)
        var live: [(address: UInt, row: Int, byteCount: Int)] = []
        for step in 0..<20_000 {
          if step > 8000, random.once(in: 3) {
            heap.freeCounted(live.remove(at: random.below(live.count)).address)
            continue
          }
          let byteCount = random.below([100, 100, 3000, 32_769][random.below(4)])
          live.append((Self.allocate(heap, byteCount), max(byteCount, 1) - 1, byteCount))
          if step == 7000 { swiftmalloc_live_header_now().pointee.size_wanted = 1 }
        }
        #expect(Counting.header.size_version > 0 && Counting.header.size_version % 2 == 0)
        // One that realloc leaves where it is counts as what its block is made for.
        let shrunk = Self.allocate(heap, 1000)
        #expect(heap.reallocateCounted(shrunk, to: 600) == shrunk)
        live.append((shrunk, 1023, 600))
        // The note of this moment, whatever the peak was.
        swiftmalloc_live_header_now().pointee.size_block_bytes = 0
        heap.noteSizes()
        var rows: [Int: Int] = [:]
        for block in live { rows[block.row >> 4, default: 0] += 1 }
        var noted: [Int: Int] = [:]
        LiveSizes.forEachRow { noted[$0 >> 4 - 1] = $1 }
        #expect(noted == rows)
        #expect(LiveSizes.noted?.requestedBytes == live.map(\.byteCount).reduce(0, +))
        let blockBytes = live.map { heap.classes.blockSize(heap.classes.index($0.row + 1)) }
        #expect(LiveSizes.noted?.blockBytes == blockBytes.reduce(0, +))
        // Fewer are no reason for another note.
        let version = Counting.header.size_version
        for block in live { heap.freeCounted(block.address) }
        heap.noteSizes()
        #expect(Counting.header.size_version == version)
      }
    }
  }

  @Test func aRandomTraceAgainstAModel() async {
    await #expect(processExitsWith: .success) {
      Self.withHeap(classSteps: 4) { heap in
        var random = SeededRandom(seed: 5)
        var live: [(address: UInt, byteCount: Int)] = []
        var requested = 0
        for _ in 0..<6000 {
          let byteCount = 1 + random.below([200, 200, 40_000, 5_000_000][random.below(4)])
          let action = live.count < 60 ? 0 : random.below(3)
          if action == 0 {
            live.append((Self.allocate(heap, byteCount), byteCount))
            requested += byteCount
            continue
          }
          let index = random.below(live.count)
          requested -= live[index].byteCount
          if action == 1 {
            heap.freeCounted(live.remove(at: index).address)
          } else {
            live[index] = (heap.reallocateCounted(live[index].address, to: byteCount), byteCount)
            requested += byteCount
          }
          if random.once(in: 50) {
            let sum = (0..<Int(SWIFTMALLOC_LIVE_CLASSES)).map { LiveTotals.ofClass($0).liveBytes }
            #expect(sum.reduce(0, +) == requested)
          }
        }
        for block in live {
          #expect(heap.countedBlock(block.address)?.byteCount == block.byteCount)
        }
        let largest = live.filter { PageMap.record($0.address)?.pointee.kind == .large }
        #expect(Counting.header.large_count == largest.count && !largest.isEmpty)
        for block in live { heap.freeCounted(block.address) }
        let total = LiveTotals.ofRow(1)
        #expect(total.allocationCount == total.freeCount && total.liveBytes == 0)
        #expect(Counting.header.large_count == 0)
      }
    }
  }
}
