// What can be reached from some blocks, nearest first.

/// The blocks that others lead to, in breadth-first order.
package struct Reach: Sendable {
  /// Reached blocks, those from which the search began first.
  package let order: [UInt32]
  /// For each block the pointer by which it was reached first, a place in the edges; `Reach.isStart`, or `Reach.isUnreached`.
  package let pointers: [UInt32]

  package static let isStart = UInt32.max - 1
  package static let isUnreached = UInt32.max

  package init(from starts: some Sequence<UInt32>, _ edges: Edges) {
    var pointers = [UInt32](repeating: Self.isUnreached, count: edges.blockCount)
    var order: [UInt32] = []
    for start in starts where pointers[Int(start)] == Self.isUnreached {
      pointers[Int(start)] = Self.isStart
      order.append(start)
    }
    var next = 0
    while next < order.count {
      for edge in edges.range(of: Int(order[next])) {
        let target = edges.targets[edge]
        if pointers[Int(target)] != Self.isUnreached { continue }
        pointers[Int(target)] = UInt32(edge)
        order.append(target)
      }
      next += 1
    }
    self.order = order
    self.pointers = pointers
  }

  @inline(__always)
  package func isReached(_ block: Int) -> Bool { pointers[block] != Self.isUnreached }
}
