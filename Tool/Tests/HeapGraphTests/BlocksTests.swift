// Which block an address lies in, and which words of blocks are pointers.

import TestTargets
import Testing

@testable import HeapGraph

@Suite struct BlocksTests {
  @Test(arguments: 0..<20)
  func anAddressIsFoundInItsBlock(_ seed: Int) {
    var random = SplitMix(state: UInt64(seed))
    var addresses: [UInt64] = []
    var sizes: [UInt64] = []
    var next: UInt64 = 0x7f00_0000_0000
    for _ in 0..<300 {
      let gaps: [UInt64] = [0, 16, 4096, 1 << 16, 1 << 28]
      next += gaps.randomElement(using: &random)!
      addresses.append(next)
      sizes.append([16, 48, 5000, 1 << 20].randomElement(using: &random)!)
      next += sizes.last!
    }
    let table = BlockTable(addresses: addresses, sizes: sizes)
    for block in 0..<table.count {
      #expect(table.block(at: addresses[block]) == block)
      #expect(table.block(at: addresses[block] + sizes[block] - 1) == block)
      let behind = addresses[block] + sizes[block]
      let isNext = block + 1 < table.count && addresses[block + 1] == behind
      #expect(table.block(at: behind) == (isNext ? block + 1 : nil))
    }
    #expect(table.block(at: 0) == nil && table.block(at: addresses[0] - 1) == nil)
    #expect(table.block(at: UInt64.max) == nil)
    #expect(BlockTable(addresses: [], sizes: []).block(at: 4096) == nil)
  }

  private func edges(
    _ words: [[UInt64]], types: [BlockType] = [.untyped], of: [UInt32]? = nil,
    contents: [BlockContents] = []
  ) -> [[Int]] {
    var memory = MadeUpMemory()
    var addresses: [UInt64] = []
    for (block, words) in words.enumerated() {
      addresses.append(0x10000 + UInt64(block) * 0x1000)
      memory.add(addresses[block], words: words)
    }
    let table = BlockTable(addresses: addresses, sizes: words.map { UInt64($0.count) * 8 })
    let numbers = of ?? [UInt32](repeating: 0, count: words.count)
    let edges = EdgeReader(
      memory, table, typeNumbers: numbers, types: types, contents: contents
    ).read()
    return (0..<words.count).map { block in edges.range(of: block).map { Int(edges.targets[$0]) } }
  }

  @Test func pointersToTheMiddleAndWithTagsCount() {
    #expect(
      edges([[0x11008, 7, 0x12000], [0x8000_0000_0001_2000, 0x11010], [0, 0x10018]])
        == [[1, 2], [2], []])
  }

  @Test func ofALongBlockPagesThatWereUsedAreRead() {
    var words = [UInt64](repeating: 0, count: 1 << 18)
    words[5] = 0x30_0000
    words[1 << 17] = 0x10_0000
    var memory = MadeUpMemory()
    memory.add(0x10_0000, words: words)
    let table = BlockTable(addresses: [0x10_0000, 0x30_0000], sizes: [1 << 21, 8])
    let reader = EdgeReader(memory, table, typeNumbers: [0, 0], types: [.untyped])
    #expect(reader.read().targets == [1, 0])
    let start: UInt64 = 0x20_0000
    let edges = reader.read { _ in [0..<0x1000, start..<start + 4096] }
    #expect(edges.targets == [0] && edges.words == [1 << 17])
  }

  @Test func aSideTableLeadsToNothing() {
    let table: UInt64 = 0x12000
    // The object's counts lead to its table; a variable refers to the table; the table does not lead back.
    let object = [0x4000, 0xc000_0000_0000_0000 | table >> 3]
    #expect(
      edges([object, [table], [0x10000, 0, 3, 5]]) == [[2], [2], []])
    // Another block of 32 bytes does lead on.
    #expect(edges([[0x4000, 3], [table], [0x10000, 0, 3, 5]]) == [[], [2], [0]])
  }

  @Test func whatIsNoOwnerLeadsToNothing() {
    let parent = BlockType.Field(name: "parent", offset: 8, isOwner: false)
    let type = BlockType(name: "Child", fields: [parent])
    let words: [[UInt64]] = [[0x11000, 0x11000], [0x10000, 0x10000]]
    #expect(edges(words, types: [.untyped, type], of: [1, 0]) == [[1], [0, 0]])
    #expect(type.field(ofWord: 2)?.bytes == 8 && type.field(ofWord: 0) == nil)
    let array = BlockType(name: "[Pair]", elements: BlockType.Elements(first: 32, stride: 16))
    #expect(array.element(ofWord: 3) == nil)
    #expect(array.element(ofWord: 9)?.number == 2 && array.element(ofWord: 9)?.bytes == 8)
    #expect(BlockType.Elements(first: 32, stride: 0) == nil)
  }

  @Test func ofCollectionsWhatIsInUseCounts() {
    let object: UInt64 = 0x4000
    let array: [UInt64] = [object, 3, 2, 8, 0x12000, 0, 0x12000, 0x12000]
    let start: UInt64 = 0x11000
    // Four places, of which the second and the last are in use.
    let table: [UInt64] = [
      object, 3, 2, 3, 2, 99, start + 72, start + 104, 0b1010, 0x12000, 0x12008, 1, 2, 0x12000,
      0x12000, 0x12000, 0,
    ]
    let set: [UInt64] = [object, 3, 1, 1, 1, 99, 0x13040, 0b01, 0x12000, 0x12000]
    let types = [
      BlockType.untyped, BlockType(name: "A"), BlockType(name: "T"), BlockType(name: "S"),
    ]
    let found = edges(
      [array, table, [0, 0], set], types: types, of: [1, 2, 0, 3],
      contents: [
        .all, .array(first: 32, stride: 8), .table(keyStride: 8, valueStride: 8),
        .table(keyStride: 8, valueStride: nil),
      ])
    #expect(found == [[2], [2, 2], [], [2]])
    // What contradicts itself is read whole.
    var damaged = table
    damaged[4] = 30
    let whole = edges(
      [array, damaged, [0, 0]], types: types, of: [1, 2, 0],
      contents: [.all, .array(first: 32, stride: 8), .table(keyStride: 8, valueStride: 8), .all])
    #expect(whole[1] == [2, 2, 2, 2, 2])
  }

  @Test func aPointerIntoItsOwnBlockHoldsNothing() {
    #expect(edges([[0x10010, 0x10000, 0]]) == [[0]])
  }

  @Test func aPageThatIsNotThereHoldsNothing() {
    var memory = MadeUpMemory(0x10000, [UInt8](repeating: 0, count: 4096))
    memory.add(0x12000, words: [0x10000])
    let table = BlockTable(addresses: [0x10000], sizes: [0x3000])
    let edges = EdgeReader(memory, table, typeNumbers: [0], types: [.untyped]).read()
    #expect(edges.targets == [0] && edges.words == [0x400])
  }
}
