// Groups of blocks of which each leads to each other: strongly connected components, by R. E. Tarjan, "Depth-first search and
// linear graph algorithms" (1972), without recursion.

package struct Components: Sendable {
  /// For each block its group; `Components.isNone` for blocks that were left out.
  package let numbers: [UInt32]
  /// How many blocks each group has. A group that leads to another one has the greater number.
  package let sizes: [UInt32]

  package static let isNone = UInt32.max

  /// The groups of the blocks for which `isIncluded` holds, by pointers between such blocks.
  package init(_ edges: Edges, isIncluded: (Int) -> Bool) {
    var numbers = [UInt32](repeating: Self.isNone, count: edges.blockCount)
    var sizes: [UInt32] = []
    // In the order in which they were found, from 1 on; and the least that each leads to.
    var found = [UInt32](repeating: 0, count: edges.blockCount)
    var least = [UInt32](repeating: 0, count: edges.blockCount)
    var count: UInt32 = 0
    var open: [UInt32] = []
    var path: [(block: Int, edge: Int)] = []
    for start in 0..<edges.blockCount where found[start] == 0 && isIncluded(start) {
      path.append((start, edges.range(of: start).lowerBound))
      while let (block, edge) = path.last {
        if found[block] == 0 {
          count += 1
          found[block] = count
          least[block] = count
          open.append(UInt32(block))
        }
        if edge < edges.range(of: block).upperBound {
          path[path.count - 1].edge += 1
          let target = Int(edges.targets[edge])
          if found[target] == 0 {
            if isIncluded(target) { path.append((target, edges.range(of: target).lowerBound)) }
          } else if numbers[target] == Self.isNone {
            least[block] = min(least[block], found[target])
          }
          continue
        }
        path.removeLast()
        if let above = path.last?.block { least[above] = min(least[above], least[block]) }
        if least[block] != found[block] { continue }
        var size: UInt32 = 0
        while let member = open.popLast() {
          numbers[Int(member)] = UInt32(sizes.count)
          size += 1
          if Int(member) == block { break }
        }
        sizes.append(size)
      }
    }
    self.numbers = numbers
    self.sizes = sizes
  }
}
