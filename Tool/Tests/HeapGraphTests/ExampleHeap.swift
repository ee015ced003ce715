// Heaps for tests: blocks of 16 bytes at 0x10000, 0x10010, …, of which the pointers are given.

import HeapGraph

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }
}

func edges(_ targets: [[Int]]) -> Edges {
  var builder = EdgesBuilder(blockCount: targets.count)
  for list in targets {
    for (word, target) in list.enumerated() { builder.add(target, word: word) }
    builder.finishBlock()
  }
  return builder.finish()
}

func heap(
  _ targets: [[Int]], roots: [Int], types: [Int]? = nil,
  of names: [BlockType] = [.untyped]
) -> HeapImage {
  let count = targets.count
  return HeapImage(
    blocks: BlockTable(
      addresses: (0..<count).map { 0x10000 + UInt64($0) * 16 },
      sizes: [UInt64](repeating: 16, count: count)),
    typeNumbers: types?.map { UInt32($0) } ?? [UInt32](repeating: 0, count: count), types: names,
    edges: edges(targets),
    roots: roots.enumerated().map {
      HeapRoot(place: .global, address: 0x4000 + UInt64($0) * 8, block: UInt32($1))
    }, process: HeapImage.Process(number: 4711, name: "app", time: 1_800_000_000))
}

/// Up to `count` blocks with some pointers each.
func randomTargets(_ count: Int, _ random: inout SplitMix) -> [[Int]] {
  (0..<count).map { _ in
    (0..<Int.random(in: 0...3, using: &random)).map { _ in
      Int.random(in: 0..<count, using: &random)
    }
  }
}

/// What some blocks lead to, without `left` and what only it leads to.
func reached(_ targets: [[Int]], from starts: [Int], without left: Int? = nil) -> Set<Int> {
  var found: Set<Int> = []
  var open = starts
  while let block = open.popLast() {
    if block == left || !found.insert(block).inserted { continue }
    open += targets[block]
  }
  return found
}
