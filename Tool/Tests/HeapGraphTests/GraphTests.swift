// Dominators, components, paths and cycles, against definitions that are tried one block after the other.

import Testing

@testable import HeapGraph

@Suite struct GraphTests {
  @Test(arguments: 0..<200)
  func dominatorsAreThoseByDefinition(_ seed: Int) {
    var random = SplitMix(state: UInt64(seed))
    let count = Int.random(in: 1...14, using: &random)
    let targets = randomTargets(count, &random)
    let roots = (0..<count).filter { _ in Int.random(in: 0...3, using: &random) == 0 }
    let image = heap(targets, roots: roots)
    let dominators = Dominators(
      roots: image.rootBlocks, image.edges, reversed: image.edges.reversed())
    let all = reached(targets, from: roots)
    let sizes = RetainedSizes(dominators, image.blocks)
    for block in 0..<count {
      #expect((dominators.immediate[block] != Dominators.isUnreached) == all.contains(block))
      // What is no longer reached without it, is retained by it.
      let rest = reached(targets, from: roots, without: block)
      let retained = all.contains(block) ? all.count - rest.count : 0
      #expect(Int(sizes.counts[block]) == retained && sizes.bytes[block] == UInt64(retained) * 16)
    }
    #expect(dominators.order.count == all.count)
  }

  @Test func aLongListNeedsNoDeepStack() {
    let count = 100_000
    let image = heap((0..<count).map { $0 + 1 < count ? [$0 + 1] : [] }, roots: [0])
    let dominators = Dominators(
      roots: image.rootBlocks, image.edges, reversed: image.edges.reversed())
    let sizes = RetainedSizes(dominators, image.blocks)
    #expect(sizes.counts[0] == UInt32(count) && sizes.counts[count - 1] == 1)
    #expect(sizes.byType(image)[0].retainedBytes == UInt64(count) * 16)
    let components = Components(image.edges) { _ in true }
    #expect(components.sizes.count == count)
  }

  @Test(arguments: 0..<100)
  func componentsAreThoseByDefinition(_ seed: Int) {
    var random = SplitMix(state: UInt64(seed) + 1000)
    let count = Int.random(in: 1...12, using: &random)
    let targets = randomTargets(count, &random)
    let included = Set((0..<count).filter { _ in Int.random(in: 0...4, using: &random) > 0 })
    let inside = targets.enumerated().map { block, list in
      included.contains(block) ? list.filter { included.contains($0) } : []
    }
    let components = Components(edges(targets)) { included.contains($0) }
    for one in 0..<count {
      #expect((components.numbers[one] != Components.isNone) == included.contains(one))
      for other in 0..<count where included.contains(one) && included.contains(other) {
        let isSame =
          reached(inside, from: [one]).contains(other)
          && reached(inside, from: [other]).contains(one)
        #expect((components.numbers[one] == components.numbers[other]) == isSame)
      }
    }
  }

  @Test func aPathIsTheShortestOfEachRoot() throws {
    // 0 → 1 → 2 → 5,  3 → 5,  4 → 3
    let image = heap([[1], [2], [5], [5], [3], []], roots: [0, 4, 3])
    let paths = RootPaths.shortest(
      to: [5], in: image, reversed: image.edges.reversed(), limit: 10)
    #expect(paths.map(\.blocks) == [[3, 5], [4, 3, 5], [0, 1, 2, 5]])
    #expect(paths.map(\.root.block) == [3, 4, 0] && paths[2].words == [0, 0, 0])
    let one = RootPaths.shortest(to: [5], in: image, reversed: image.edges.reversed(), limit: 1)
    #expect(one.count == 1)
    #expect(
      RootPaths.shortest(to: [0], in: image, reversed: image.edges.reversed(), limit: 5)
        .map(\.blocks) == [[0]])
  }

  @Test func aCycleThatNothingHoldsIsFound() throws {
    // A cycle of three with something behind it; one that a root holds; one of one, which leads to that.
    let targets = [[1], [9, 2], [0], [3, 5, 6], [], [4], [7], [6], [], [], [6]]
    let image = heap(targets, roots: [8, 6])
    let cycles = RetainCycles.all(in: image)
    #expect(cycles.count == 2)
    #expect(cycles[0].blocks == [0, 1, 2] && cycles[0].words == [0, 1, 0])
    #expect(cycles[0].groupCount == 3 && cycles[0].lostCount == 4 && cycles[0].lostBytes == 64)
    #expect(cycles[1].blocks == [3] && cycles[1].lostCount == 3)
    #expect(RetainCycles.all(in: heap([[1], [0], [0]], roots: [])).isEmpty)
  }

  @Test func aCycleByWayOfWhatMayNotHoldIsAPossibleOne() {
    let certain = BlockType(name: "A")
    let mixed = BlockType(
      name: "B",
      fields: [
        BlockType.Field(name: "sure", offset: 0, isOwner: true),
        BlockType.Field(name: "state", offset: 8, isOwner: true, isCertain: false),
      ])
    // The shorter way is not certain; the other group has no certain one.
    let image = heap(
      [[1], [2, 0], [3], [0], [5], [6, 4], []], roots: [], types: [0, 1, 0, 0, 0, 1, 0],
      of: [certain, mixed])
    let cycles = RetainCycles.all(in: image)
    #expect(cycles.map(\.blocks) == [[0, 1, 2, 3], [4, 5]])
    #expect(cycles.map(\.isCertain) == [true, false])
    #expect(!BlockType.untyped.isCertain(word: 0) && !mixed.isCertain(word: 5))
  }

  @Test func whatWasHeldBeforeIsNoCycle() {
    let targets = [[1], [0], [3], [2]]
    let lost = heap(targets, roots: [])
    #expect(RetainCycles.all(in: lost, alsoIn: lost).count == 2)
    #expect(
      RetainCycles.all(in: lost, alsoIn: heap(targets, roots: [1])).map(\.blocks) == [[2, 3]])
    let other = heap(
      targets, roots: [], types: [1, 0, 0, 0], of: [.untyped, BlockType(name: "A")])
    #expect(RetainCycles.all(in: lost, alsoIn: other).map(\.blocks) == [[2, 3]])
  }

  @Test func whatWasFreedMeanwhileIsLeftOut() {
    let image = heap(
      [[1], [2, 3], [0], [3]], roots: [0, 1, 3], types: [0, 1, 1, 0],
      of: [.untyped, BlockType(name: "A")])
    let kept = image.keeping { $0 != 1 }
    #expect(kept.blocks.addresses == [0x10000, 0x10020, 0x10030] && kept.typeNumbers == [0, 1, 0])
    #expect(
      (0..<3).map { kept.edges.range(of: $0).map { Int(kept.edges.targets[$0]) } } == [
        [], [0], [2],
      ])
    #expect(kept.roots.map(\.block) == [0, 2] && kept.roots.map(\.address) == [0x4000, 0x4010])
    #expect(image.keeping { _ in true }.blocks.count == 4)
  }

  @Test func typesAreCountedAndCompared() {
    let types = [BlockType.untyped, BlockType(name: "A", language: "swift", kind: "class")]
    let before = TypeTable(sizes: [16, 32, 16], typeNumbers: [0, 1, 0], types: types)
    let after = TypeTable(sizes: [16, 32, 32, 32], typeNumbers: [0, 1, 1, 1], types: types)
    #expect(
      before.rows.map(\.count) == [1, 2] && before.rows.map(\.type.name) == ["A", "untyped"])
    #expect(after.rows[0].meanBytes == 32 && after.count == 4 && after.bytes == 112)
    #expect(
      after.increase(over: before) == [
        TypeTable.Row(type: types[1], count: 2, bytes: 64),
        TypeTable.Row(type: .untyped, count: -1, bytes: -16),
      ])
    #expect(before.increase(over: before).isEmpty)
  }

  @Test func whatATypeRetainsByItselfCountsOnce() {
    // A list of three blocks of a type, the last with a block of another one.
    let types = [BlockType.untyped, BlockType(name: "List")]
    let image = heap([[1], [2], [3], []], roots: [0], types: [1, 1, 1, 0], of: types)
    let dominators = Dominators(
      roots: image.rootBlocks, image.edges, reversed: image.edges.reversed())
    let rows = RetainedSizes(dominators, image.blocks).byType(image)
    #expect(
      rows == [
        RetainedSizes.Row(type: 1, count: 3, bytes: 48, retainedBytes: 64),
        RetainedSizes.Row(type: 0, count: 1, bytes: 16, retainedBytes: 16),
      ])
  }
}
