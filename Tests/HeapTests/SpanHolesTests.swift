// Which pages of a span are holes, against a look at each block, and that only holes lose their contents.

import Memory
import Platform
import TestPages
import Testing

@testable import Heap

@Suite struct SpanHolesTests {
  private func word(_ address: UInt) -> UnsafeMutablePointer<UInt>? {
    UnsafeMutablePointer(bitPattern: address)
  }

  /// The pages of the span on which no block of `live` lies.
  private func pages(_ record: UnsafeMutablePointer<SpanRecord>, without live: [UInt]) -> UInt16 {
    var pages: UInt16 = 0
    for index in 0..<PageMap.sliceSize / System.pageSize {
      let start = record.start + UInt(index * System.pageSize)
      let isTouched = live.contains {
        $0 < start + UInt(System.pageSize) && $0 + UInt(record.blockSize) > start
      }
      if !isTouched { pages |= 1 << UInt16(index) }
    }
    return pages
  }

  @Test(arguments: [16, 48, 112, 640, 1024, 1280, 2048, 3072, 4096, 7168, 12288, 28672, 32768])
  func holesGoBackAndOnlyThey(blockSize: Int) {
    withOneThread { test, _ in
      var random = SeededRandom(seed: UInt64(blockSize))
      for keptOf in [2, 10, 100] {
        // Two spans, of which the first is full.
        let capacity = PageMap.sliceSize / blockSize
        var blocks = (0..<2 * capacity).map { _ in test.allocate(blockSize).address }
        for block in blocks { word(block)?.pointee = block }
        let kept = blocks.filter { _ in random.once(in: keptOf) }
        let first = PageMap.record(blocks[0])
        blocks.removeAll { kept.contains($0) }
        for block in blocks { test.free(block) }
        _ = test.heap.trim()
        #expect(kept.allSatisfy { word($0)?.pointee == $0 })
        if let first, first.kind == .small, let state = first.state {
          let live = kept.filter { PageMap.record($0) == first }
          let holes = pages(first, without: live)
          #expect(state.holes() == holes && first.gonePages & holes == holes)
        }
        #expect(test.heap.trim() == 0)
        #expect(test.heap.checkInvariants() == nil)
        for block in kept { test.free(block) }
      }
    }
  }

  /// What was allocated on a page after it went back is not taken for gone.
  @Test func pagesThatAreUsedAgainGoBackAgain() {
    withOneThread { test, _ in
      let blocks = (0..<64).map { _ in test.allocate(2048).address }
      for round in 0..<3 {
        for index in blocks.indices where index % 16 != 0 { test.free(blocks[index]) }
        #expect(test.heap.trim() > 0, "round \(round)")
        let again = (0..<60).map { _ in test.allocate(2048).address }
        #expect(Set(again).isSubset(of: blocks))
        for block in again { word(block)?.pointee = 1 }
      }
      for block in blocks { test.free(block) }
    }
  }
}
