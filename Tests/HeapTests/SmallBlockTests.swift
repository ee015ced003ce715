// Small blocks of every class in their spans of one slice.

import Heap
import Memory
import Platform
import TestPages
import Testing

@Suite struct SmallBlockTests {
  private func withHeap(
    classSteps: Int = 4, _ body: (TestHeap, UnsafeMutablePointer<ThreadCache>) -> Void
  ) {
    guard let test = TestHeap(classSteps: classSteps, purgeDelay: -1),
      let cache = test.heap.makeCache()
    else {
      Issue.record("no heap")
      return
    }
    test.thread = .cache(cache)
    body(test, cache)
    #expect(test.heap.checkInvariants() == nil)
    test.close()
  }

  /// The sizes of all classes.
  private func sizes(_ heap: Heap<TestPolicy>) -> [Int] {
    (0..<heap.classes.count).map { heap.classes.blockSize($0) }.filter { $0 > 0 }
  }

  /// The gap is shorter than a block and before the first one; blocks begin at every multiple of
  /// their size from there on, and nowhere else.
  @Test(arguments: [4, 8])
  func blocksFillTheSliceFromTheGapOn(classSteps: Int) {
    withHeap(classSteps: classSteps) { test, _ in
      for size in sizes(test.heap) {
        let block = test.allocate(size).address
        guard let record = PageMap.record(block) else { return #expect(Bool(false)) }
        let start = block & ~PageMap.sliceMask
        let gap = PageMap.sliceSize % size
        #expect(record.pointee.start == start && record.pointee.byteCount == PageMap.sliceSize)
        #expect(Int(record.pointee.lead) == gap && block == start + UInt(gap))
        #expect(record.capacity == PageMap.sliceSize / size)
        let begins = Set(stride(from: gap, to: PageMap.sliceSize, by: size))
        for offset in stride(from: 0, to: PageMap.sliceSize, by: 16) {
          let usable = test.heap.usableSize(start + UInt(offset))
          guard usable == (begins.contains(offset) ? size : 0) else {
            Issue.record("\(size) bytes, offset \(offset): \(usable)")
            return
          }
        }
        // Every block of the span, in the order of addresses, the last one up to its end.
        let blocks = [block] + (1..<record.capacity).map { _ in test.allocate(size).address }
        #expect(blocks == begins.sorted().map { start + UInt($0) }, "\(size) bytes")
        for block in blocks { test.free(block) }
      }
    }
  }

  /// Blocks of 8 to 32 KiB are small ones: 2 to 7 share a slice, taken and freed without a slow path.
  @Test(arguments: [1, 2, 4, 8])
  func longBlocksShareASlice(classSteps: Int) {
    withHeap(classSteps: classSteps) { test, cache in
      for size in sizes(test.heap) where size > 8192 {
        typealias Cache = UnsafeMutablePointer<ThreadCache>
        let capacity = PageMap.sliceSize / size
        #expect(capacity >= 2 && capacity <= 7)
        let used = test.heap.storage.pointee.pageHeap.usedBytes
        let stashed = cache.pointee.stashCount
        var blocks = [TestBlock(test.heap.allocate(size).address, byteCount: size, id: 1)]
        for id in 2...capacity {
          let address = test.allocate(size).address
          blocks.append(TestBlock(address, byteCount: size, id: UInt64(id)))
        }
        #expect(Fast.allocateRefilling(UInt(size)) == nil)
        #expect(test.heap.storage.pointee.pageHeap.usedBytes - used <= PageMap.sliceSize)
        #expect(Set(blocks.map { $0.address & ~PageMap.sliceMask }).count == 1)
        #expect(blocks.allSatisfy { $0.isIntact && test.heap.usableSize($0.address) == size })
        #expect(Fast.free(blocks[0].address))
        #expect(Fast.allocateRefilling(UInt(size)) == blocks[0].address)
        // The next one is in another slice; the full span is emptied into the stash.
        let next = test.allocate(size).address
        #expect(PageMap.record(next) != PageMap.record(blocks[0].address))
        for block in blocks { test.free(block.address) }
        #expect(cache.pointee.stashCount >= min(stashed, 1))
        #expect(PageMap.record(blocks[0].address)?.pointee.kind != .small)
        test.free(next)
      }
    }
  }

  /// Alignments hold behind a gap.
  @Test(arguments: [1, 2, 4, 8])
  func alignedBlocksAreAligned(classSteps: Int) {
    withHeap(classSteps: classSteps) { test, _ in
      for exponent in 4...15 {
        for byteCount in stride(from: 1, through: SizeClasses.largestBlock, by: 1013) {
          let block = test.heap.allocate(byteCount, alignment: 1 << exponent).address
          guard block != 0, block % (1 << UInt(exponent)) == 0,
            PageMap.record(block)?.pointee.kind == .small
          else {
            Issue.record("\(byteCount) bytes at \(1 << exponent)")
            return
          }
        }
      }
    }
  }
}
