// Who keeps a block alone: b dominates c when every way from a root to c leads through b. What a block retains is what it
// dominates, for that would be free without it.
//
// By T. Lengauer and R. E. Tarjan, "A fast algorithm for finding dominators in a flowgraph" (1979), the simple version,
// O(m log n), without recursion: a list of a million blocks is as deep. Node 0 stands for all roots, block b is node b + 1.

package struct Dominators: Sendable {
  /// For each block the one that dominates it next; `Dominators.isRoots` when only the roots do, `Dominators.isUnreached`.
  package let immediate: [UInt32]
  /// Reached blocks, each behind the one that dominates it.
  package let order: [UInt32]

  package static let isRoots = UInt32.max - 1
  package static let isUnreached = UInt32.max

  /// - Parameters:
  ///   - roots: blocks that something else than a block points to.
  ///   - reversed: `edges.reversed()`.
  package init(roots: [UInt32], _ edges: Edges, reversed: Edges) {
    var search = Search(roots: roots, edges)
    search.run(reversed)
    immediate = search.immediate
    order = search.order.dropFirst().map { $0 - 1 }
  }
}

private struct Search {
  private let roots: [UInt32]
  private let edges: Edges
  private var isRoot: [Bool]
  /// Nodes as they were found, node 0 first; and for each node its place there, 0 for those that were not found.
  private(set) var order: [UInt32] = [0]
  private var number: [UInt32]
  // By number.
  private var parent: [UInt32] = [0]
  private var semi: [UInt32] = []
  private var dominator: [UInt32] = []
  private var ancestor: [UInt32] = []
  private var best: [UInt32] = []
  private var path: [UInt32] = []

  init(roots: [UInt32], _ edges: Edges) {
    self.roots = roots
    self.edges = edges
    number = [UInt32](repeating: 0, count: edges.blockCount + 1)
    isRoot = [Bool](repeating: false, count: edges.blockCount + 1)
    for root in roots { isRoot[Int(root) + 1] = true }
  }

  var immediate: [UInt32] {
    var result = [UInt32](repeating: Dominators.isUnreached, count: edges.blockCount)
    for place in order.indices.dropFirst() {
      let node = order[Int(dominator[place])]
      result[Int(order[place]) - 1] = node == 0 ? Dominators.isRoots : node - 1
    }
    return result
  }

  mutating func run(_ reversed: Edges) {
    findAll()
    let count = order.count
    semi = (0..<UInt32(count)).map { $0 }
    best = semi
    ancestor = [UInt32](repeating: .max, count: count)
    dominator = [UInt32](repeating: 0, count: count)
    // Nodes by the one that dominates them half, as lists.
    var bucket = [UInt32](repeating: 0, count: count)
    var nextInBucket = [UInt32](repeating: 0, count: count)
    for place in stride(from: count - 1, to: 0, by: -1) {
      let node = order[place]
      // The roots are nobody's blocks: they have number 0.
      var least = isRoot[Int(node)] ? 0 : semi[place]
      for edge in reversed.range(of: Int(node) - 1) {
        let source = number[Int(reversed.targets[edge]) + 1]
        if source == 0 { continue }
        least = min(least, semi[Int(evaluate(source))])
      }
      semi[place] = least
      nextInBucket[place] = bucket[Int(least)]
      bucket[Int(least)] = UInt32(place)
      let above = parent[place]
      ancestor[place] = above
      var member = bucket[Int(above)]
      bucket[Int(above)] = 0
      while member != 0 {
        let lowest = evaluate(member)
        dominator[Int(member)] = semi[Int(lowest)] < semi[Int(member)] ? lowest : above
        member = nextInBucket[Int(member)]
      }
    }
    for place in 1..<max(count, 1) where dominator[place] != semi[place] {
      dominator[place] = dominator[Int(dominator[place])]
    }
  }

  // Depth first, with a stack of our own of nodes and of the edges that are next.
  private mutating func findAll() {
    var nodes: [UInt32] = []
    var nextEdges: [UInt32] = []
    for root in roots where number[Int(root) + 1] == 0 {
      found(root + 1, by: 0, &nodes, &nextEdges)
      while let node = nodes.last {
        let edge = Int(nextEdges[nextEdges.count - 1])
        if edge == edges.range(of: Int(node) - 1).upperBound {
          nodes.removeLast()
          nextEdges.removeLast()
          continue
        }
        nextEdges[nextEdges.count - 1] += 1
        let target = edges.targets[edge] + 1
        if number[Int(target)] == 0 { found(target, by: number[Int(node)], &nodes, &nextEdges) }
      }
    }
  }

  private mutating func found(
    _ node: UInt32, by parentNumber: UInt32, _ nodes: inout [UInt32], _ nextEdges: inout [UInt32]
  ) {
    number[Int(node)] = UInt32(order.count)
    order.append(node)
    parent.append(parentNumber)
    nodes.append(node)
    nextEdges.append(edges.first[Int(node) - 1])
  }

  // The node with the least semidominator on the way up to the root of its tree in the forest; the way becomes short.
  private mutating func evaluate(_ place: UInt32) -> UInt32 {
    if ancestor[Int(place)] == .max { return place }
    var node = place
    while ancestor[Int(ancestor[Int(node)])] != .max {
      path.append(node)
      node = ancestor[Int(node)]
    }
    while let below = path.popLast() {
      let above = ancestor[Int(below)]
      if semi[Int(best[Int(above)])] < semi[Int(best[Int(below)])] {
        best[Int(below)] = best[Int(above)]
      }
      ancestor[Int(below)] = ancestor[Int(above)]
    }
    return best[Int(place)]
  }
}
