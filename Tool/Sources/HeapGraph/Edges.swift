// Which block points to which, in two tables: the pointers of block b are those from first[b] to first[b + 1].

/// Pointers between blocks, in the order of the blocks that have them.
package struct Edges: Sendable {
  /// Where a block's pointers begin; one more than there are blocks.
  package let first: [UInt32]
  package let targets: [UInt32]
  /// In which word of its block each pointer stands, 0 for the first eight bytes.
  package let words: [UInt32]

  package init(first: [UInt32], targets: [UInt32], words: [UInt32]) {
    precondition(targets.count == words.count && first.last.map(Int.init) == targets.count)
    self.first = first
    self.targets = targets
    self.words = words
  }

  package var blockCount: Int { first.count - 1 }

  @inline(__always)
  package func range(of block: Int) -> Range<Int> { Int(first[block])..<Int(first[block + 1]) }

  /// The same pointers in the order of the blocks that they lead to: `targets` are those that have them then.
  package func reversed() -> Edges {
    var first = [UInt32](repeating: 0, count: blockCount + 1)
    for target in targets { first[Int(target) + 1] += 1 }
    for block in 0..<blockCount { first[block + 1] += first[block] }
    var next = first
    var sources = [UInt32](repeating: 0, count: targets.count)
    var places = [UInt32](repeating: 0, count: targets.count)
    for block in 0..<blockCount {
      for edge in range(of: block) {
        let place = Int(next[Int(targets[edge])])
        next[Int(targets[edge])] += 1
        sources[place] = UInt32(block)
        places[place] = words[edge]
      }
    }
    return Edges(first: first, targets: sources, words: places)
  }
}

/// Makes `Edges`, block by block.
package struct EdgesBuilder {
  private var first: [UInt32] = [0]
  private var targets: [UInt32] = []
  private var words: [UInt32] = []

  package init(blockCount: Int) { first.reserveCapacity(blockCount + 1) }

  /// A pointer of the block that is being described.
  @inline(__always)
  package mutating func add(_ target: Int, word: Int) {
    targets.append(UInt32(target))
    words.append(UInt32(truncatingIfNeeded: word))
  }

  /// The next block is described from now on.
  @inline(__always)
  package mutating func finishBlock() { first.append(UInt32(targets.count)) }

  package consuming func finish() -> Edges { Edges(first: first, targets: targets, words: words) }
}
