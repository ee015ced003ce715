// MetadataAllocator: pieces never overlap, come back by size, and outlive a system without memory.

import Memory
import TestPages
import Testing

@Suite struct MetadataAllocatorTests {
  typealias Allocator = MetadataAllocator<TestPolicy>

  /// A live piece; all its words are `id`.
  private struct Piece {
    let start: UInt
    let byteCount: Int
    let id: UInt64

    var words: UnsafeMutableBufferPointer<UInt64> {
      UnsafeMutableBufferPointer(
        start: UnsafeMutablePointer(bitPattern: start), count: (byteCount + 63) / 64 * 8)
    }
    func fill() { words.update(repeating: id) }
    var isIntact: Bool { words.allSatisfy { $0 == id } }
  }

  private func withAllocator(_ body: (inout Allocator, TestPages) throws -> Void) rethrows {
    let pages = TestPages()
    var allocator = Allocator(pages: pages)
    try body(&allocator, pages)
    pages.releaseAll()
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func randomTraceKeepsContents(seed: UInt64) {
    withAllocator { allocator, pages in
      var random = SeededRandom(seed: seed)
      var live: [Piece] = []
      for step in 0..<6000 {
        if random.once(in: 500) { pages.refuse([.reserve, .commit], after: random.below(3)) }
        if random.once(in: 100) { pages.refuseNothing() }
        if random.below(100) < 45, !live.isEmpty {
          let piece = live.remove(at: random.below(live.count))
          #expect(piece.isIntact, "seed \(seed), step \(step)")
          allocator.free(piece.start, byteCount: piece.byteCount)
          continue
        }
        let byteCount = 1 + random.below(random.once(in: 3) ? Allocator.pieceLimit : 500)
        guard let start = allocator.allocate(byteCount: byteCount) else { continue }
        #expect(start % 64 == 0, "seed \(seed), step \(step)")
        let piece = Piece(start: start, byteCount: byteCount, id: random.next())
        piece.fill()
        live.append(piece)
      }
      #expect(live.allSatisfy { $0.isIntact }, "seed \(seed)")
      // Every live byte was committed.
      #expect(live.reduce(0) { $0 + ($1.byteCount + 63) / 64 * 64 } <= allocator.committedBytes)
    }
  }

  @Test func freedPiecesAreUsedAgain() {
    withAllocator { allocator, _ in
      let pieces = (0..<100).map { _ in allocator.allocate(byteCount: 1000) }
      let committed = allocator.committedBytes
      #expect(committed >= 100 * 1024 && committed <= 100 * 1024 + (1 << 16))
      for _ in 0..<50 {
        for case let piece? in pieces { allocator.free(piece, byteCount: 1000) }
        let again = (0..<100).map { _ in allocator.allocate(byteCount: 970) }
        #expect(Set(again) == Set(pieces))
      }
      #expect(allocator.committedBytes == committed)
    }
  }

  @Test func refusalGivesNilAndLaterMemory() {
    for count in 0...6 {
      withAllocator { allocator, pages in
        pages.refuse([.reserve, .commit], after: count)
        var given = 0
        while let piece = allocator.allocate(byteCount: 4096), given < 10_000 {
          Piece(start: piece, byteCount: 4096, id: 7).fill()
          given += 1
        }
        // One reservation, then 16 pieces for each commit, less the chunk's own.
        let commits = max(0, count - 1)
        #expect(given == max(0, 16 * commits - 1))
        #expect(allocator.committedBytes == commits << 16)
        pages.refuseNothing()
        #expect(allocator.allocate(byteCount: 4096) != nil)
      }
    }
  }

  @Test func longerFreedPiecesAreSplitWhenNothingElseIsLeft() {
    withAllocator { allocator, pages in
      var pieces: [UInt] = []
      pages.refuse([.reserve, .commit], after: 2)
      while let piece = allocator.allocate(byteCount: 4096) { pieces.append(piece) }
      guard let last = pieces.last else { return #expect(pieces.count == 15) }
      allocator.free(last, byteCount: 4096)
      var short: Set<UInt> = []
      while let piece = allocator.allocate(byteCount: 64) { short.insert(piece) }
      // With what is left behind the last one.
      #expect(short == Set((0..<127).map { last + UInt($0 * 64) }))
    }
  }

  @Test func donatedMemoryIsUsed() throws {
    try withAllocator { allocator, pages in
      let start = try #require(pages.allocate(byteCount: 1 << 16))
      pages.refuse([.reserve, .commit], after: 0)
      #expect(allocator.allocate(byteCount: 64) == nil)
      allocator.donate(start, byteCount: 1 << 16)
      var given: Set<UInt> = []
      while let piece = allocator.allocate(byteCount: 1024) { given.insert(piece) }
      #expect(given == Set((0..<64).map { start + UInt($0 * 1024) }))
    }
  }
}
