// How many bytes would be free if a block were: its own and those of all blocks that it dominates.

package struct RetainedSizes: Sendable {
  /// For each block; 0 for blocks that no root leads to.
  package let bytes: [UInt64]
  package let counts: [UInt32]
  private let dominators: Dominators

  package init(_ dominators: Dominators, _ blocks: BlockTable) {
    var bytes = [UInt64](repeating: 0, count: blocks.count)
    var counts = [UInt32](repeating: 0, count: blocks.count)
    for block in dominators.order {
      bytes[Int(block)] = blocks.sizes[Int(block)]
      counts[Int(block)] = 1
    }
    // A block stands behind the one that dominates it: from the end, what it retains is complete.
    for block in dominators.order.reversed() {
      let above = dominators.immediate[Int(block)]
      if above >= Dominators.isRoots { continue }
      bytes[Int(above)] += bytes[Int(block)]
      counts[Int(above)] += counts[Int(block)]
    }
    self.bytes = bytes
    self.counts = counts
    self.dominators = dominators
  }

  /// A type's blocks, and what they retain together.
  package struct Row: Equatable, Sendable {
    package let type: Int
    package let count: Int
    package let bytes: UInt64
    package let retainedBytes: UInt64
  }

  /// For each type what its blocks retain, most first. What one block of a type retains by way of another one of the same type
  /// counts once.
  package func byType(_ image: HeapImage) -> [Row] {
    var counts = [Int](repeating: 0, count: image.types.count)
    var own = [UInt64](repeating: 0, count: image.types.count)
    var retained = [UInt64](repeating: 0, count: image.types.count)
    for block in dominators.order {
      let type = Int(image.typeNumbers[Int(block)])
      counts[type] += 1
      own[type] += image.blocks.sizes[Int(block)]
    }
    // Down the tree of dominators: how often each type stands on the way.
    let children = Children(dominators, blockCount: image.blocks.count)
    var onWay = [UInt32](repeating: 0, count: image.types.count)
    var path: [(block: UInt32, next: UInt32)] = []
    func enter(_ block: UInt32) {
      let type = Int(image.typeNumbers[Int(block)])
      if onWay[type] == 0 { retained[type] += bytes[Int(block)] }
      onWay[type] += 1
      path.append((block, children.first[Int(block)]))
    }
    for block in dominators.order where dominators.immediate[Int(block)] == Dominators.isRoots {
      enter(block)
      while let (block, next) = path.last {
        if next == UInt32.max {
          onWay[Int(image.typeNumbers[Int(block)])] -= 1
          path.removeLast()
        } else {
          path[path.count - 1].next = children.next[Int(next)]
          enter(next)
        }
      }
    }
    return image.types.indices.filter { counts[$0] > 0 }.map {
      Row(type: $0, count: counts[$0], bytes: own[$0], retainedBytes: retained[$0])
    }.sorted { ($1.retainedBytes, $0.type) < ($0.retainedBytes, $1.type) }
  }

  /// For each block the first of those that it dominates next, and the one behind it in that list; `UInt32.max` ends it.
  private struct Children {
    var first: [UInt32]
    var next: [UInt32]

    init(_ dominators: Dominators, blockCount: Int) {
      first = [UInt32](repeating: .max, count: blockCount)
      next = [UInt32](repeating: .max, count: blockCount)
      for block in dominators.order {
        let above = dominators.immediate[Int(block)]
        if above >= Dominators.isRoots { continue }
        next[Int(block)] = first[Int(above)]
        first[Int(above)] = block
      }
    }
  }
}
