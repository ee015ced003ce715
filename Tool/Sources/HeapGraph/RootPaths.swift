// Why a block lives: the shortest ways from roots to it, found from the block backwards, nearest root first.

/// A way from a root to a block.
package struct RootPath: Equatable, Sendable {
  package let root: HeapRoot
  /// Blocks from the one that the root points to up to the one that was asked for.
  package let blocks: [UInt32]
  /// In which word of each block the pointer to the next one stands: one less than there are blocks.
  package let words: [UInt32]
}

package enum RootPaths {
  /// Up to `limit` ways to the nearest of the `targets`, through different blocks that roots point to, the shortest first.
  package static func shortest(
    to targets: [UInt32], in image: HeapImage, reversed: Edges, limit: Int
  ) -> [RootPath] {
    var rootsByBlock: [UInt32: HeapRoot] = [:]
    // Of several roots of a block the one that says most.
    for root in image.roots {
      if let other = rootsByBlock[root.block], rank(other) <= rank(root) { continue }
      rootsByBlock[root.block] = root
    }
    let reach = Reach(from: targets, reversed)
    var paths: [RootPath] = []
    for block in reach.order {
      if paths.count == limit { break }
      guard let root = rootsByBlock[block] else { continue }
      paths.append(path(from: block, root, reach, reversed))
    }
    return paths
  }

  private static func rank(_ root: HeapRoot) -> Int {
    let isNamed = root.name.isEmpty ? 1 : 0
    return Int(root.place.rawValue) * 2 + isNamed
  }

  // The search went from the target to those that point to it: the way back is the way from the root.
  private static func path(
    from block: UInt32, _ root: HeapRoot, _ reach: Reach, _ reversed: Edges
  ) -> RootPath {
    var blocks = [block]
    var words: [UInt32] = []
    var current = Int(block)
    while reach.pointers[current] != Reach.isStart {
      let edge = Int(reach.pointers[current])
      words.append(reversed.words[edge])
      current = source(of: edge, reversed)
      blocks.append(UInt32(current))
    }
    return RootPath(root: root, blocks: blocks, words: words)
  }

  // The block in whose part of the table an edge stands.
  private static func source(of edge: Int, _ edges: Edges) -> Int {
    var low = 0
    var high = edges.blockCount
    while low + 1 < high {
      let middle = (low + high) / 2
      if Int(edges.first[middle]) <= edge { low = middle } else { high = middle }
    }
    return low
  }
}
