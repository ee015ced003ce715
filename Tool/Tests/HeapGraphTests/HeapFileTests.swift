// The file of a snapshot: what was written comes back, and whatever else is in it is an error.

import Testing
import Wire

@testable import HeapGraph

@Suite struct HeapFileTests {
  private var example: HeapImage {
    var random = SplitMix(state: 7)
    let field = BlockType.Field(name: "next", offset: 16, isOwner: true, isCertain: false)
    let types = [
      BlockType.untyped, BlockType(name: "App.List<Int>", language: "swift", kind: "class"),
      BlockType(
        name: "Knoten ü", language: "c++", kind: "object", fields: [field],
        elements: BlockType.Elements(first: 32, stride: 24)),
    ]
    return heap(
      randomTargets(300, &random), roots: [3, 200, 3],
      types: (0..<300).map { _ in Int.random(in: 0..<3, using: &random) }, of: types)
  }

  @Test func whatWasWrittenComesBack() throws {
    let image = example
    let read = try HeapImage(encoded: image.encoded())
    #expect(read.blocks.addresses == image.blocks.addresses)
    #expect(read.blocks.sizes == image.blocks.sizes && read.typeNumbers == image.typeNumbers)
    #expect(read.types == image.types && read.roots == image.roots)
    #expect(read.edges.first == image.edges.first && read.edges.words == image.edges.words)
    #expect(read.edges.targets == image.edges.targets && read.process == image.process)
  }

  @Test func anEmptyHeapIsOneToo() throws {
    let read = try HeapImage(encoded: heap([], roots: []).encoded())
    #expect(read.blocks.count == 0 && read.edges.blockCount == 0)
  }

  /// A file in which bytes are other than they were, or are missing, is read without a crash, or refused.
  @Test func damageIsAnErrorOrAnotherHeap() throws {
    let whole = try Gzip.decompressed(example.encoded())
    var random = SplitMix(state: 99)
    var refused = 0
    for round in 0..<2000 {
      var bytes = whole
      for _ in 0...(round % 3) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
          in: .min ... .max, using: &random)
      }
      if round % 4 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      do {
        let image = try HeapImage(encoded: Gzip.compressed(bytes))
        _ = RetainCycles.all(in: image)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 500)
  }

  @Test func whatIsNoSnapshotIsNamed() throws {
    #expect(
      throws: FormatError("is no snapshot, or damaged: it is not compressed by gzip")
    ) { try HeapImage(encoded: [1, 2, 3]) }
    var writer = WireWriter()
    writer.number(1, UInt64(9))
    let newer = Gzip.compressed(writer.bytes)
    #expect(
      throws: FormatError("is a snapshot of version 9; this tool reads version 1")
    ) { try HeapImage(encoded: newer) }
  }
}
