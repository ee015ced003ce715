// Blocks that hold each other and that nothing else holds: the form in which programs with reference counts lose memory.

/// A cycle, and what is lost with it.
package struct RetainCycle: Equatable, Sendable {
  /// A shortest way around; the last one points to the first.
  package let blocks: [UInt32]
  /// In which word of each block the pointer to the next one stands.
  package let words: [UInt32]
  /// Blocks of the whole group, each of which leads to each other.
  package let groupCount: Int
  /// All lost blocks that the group leads to, itself included, and their bytes.
  package let lostCount: Int
  package let lostBytes: UInt64
  /// Whether each of its pointers is sure to keep what it leads to.
  package let isCertain: Bool

  package init(
    blocks: [UInt32], words: [UInt32], groupCount: Int, lostCount: Int, lostBytes: UInt64,
    isCertain: Bool = true
  ) {
    self.isCertain = isCertain
    self.blocks = blocks
    self.words = words
    self.groupCount = groupCount
    self.lostCount = lostCount
    self.lostBytes = lostBytes
  }
}

package enum RetainCycles {
  /// All groups that nothing outside of them holds, those with most lost bytes first.
  package static func all(in image: HeapImage) -> [RetainCycle] {
    let edges = image.edges
    let reach = Reach(from: image.rootBlocks, edges)
    let components = Components(edges) { !reach.isReached($0) }
    var isHeld = [Bool](repeating: false, count: components.sizes.count)
    var isCycle = components.sizes.map { $0 > 1 }
    for block in 0..<edges.blockCount where components.numbers[block] != Components.isNone {
      for edge in edges.range(of: block) {
        let target = components.numbers[Int(edges.targets[edge])]
        if target == Components.isNone { continue }
        if target != components.numbers[block] {
          isHeld[Int(target)] = true
        } else if Int(edges.targets[edge]) == block {
          isCycle[Int(target)] = true
        }
      }
    }
    if !isCycle.contains(true) { return [] }
    var first = [Int?](repeating: nil, count: components.sizes.count)
    for block in (0..<edges.blockCount).reversed()
    where components.numbers[block] != Components.isNone {
      first[Int(components.numbers[block])] = block
    }
    let owners = certainEdges(image) {
      components.numbers[$0] != Components.isNone && isCycle[Int(components.numbers[$0])]
    }
    let certain = certainBlocks(owners, components)
    return components.sizes.indices.compactMap { group in
      guard isCycle[group], !isHeld[group], let block = first[group] else { return nil }
      let around =
        certain[group].map { wayAround($0, owners, components) }
        ?? wayAround(block, edges, components)
      return cycle(around, isCertain: certain[group] != nil, of: group, components, reach, image)
    }.sorted { ($1.lostBytes, $0.blocks[0]) < ($0.lostBytes, $1.blocks[0]) }
  }

  /// Of a process that runs, what looks lost at two moments: a reference that was moved from one place to the other while they
  /// were read is in neither. `earlier` are the cycles of the first look.
  package static func all(in image: HeapImage, alsoIn earlier: HeapImage) -> [RetainCycle] {
    let reach = Reach(from: earlier.rootBlocks, earlier.edges)
    return all(in: image).filter { cycle in
      cycle.blocks.allSatisfy { block in
        let address = image.blocks.addresses[Int(block)]
        guard let before = earlier.blocks.block(at: address) else { return false }
        return earlier.blocks.addresses[before] == address && !reach.isReached(before)
          && earlier.type(of: before).name == image.type(of: Int(block)).name
      }
    }
  }

  // The pointers that are sure to keep what they lead to.
  private static func certainEdges(_ image: HeapImage, isIncluded: (Int) -> Bool) -> Edges {
    var builder = EdgesBuilder(blockCount: image.edges.blockCount)
    for block in 0..<image.edges.blockCount {
      if isIncluded(block) {
        let type = image.type(of: block)
        for edge in image.edges.range(of: block) where type.isCertain(word: image.edges.words[edge])
        {
          builder.add(Int(image.edges.targets[edge]), word: Int(image.edges.words[edge]))
        }
      }
      builder.finishBlock()
    }
    return builder.finish()
  }

  // For each group its first block that such pointers lead back to.
  private static func certainBlocks(_ owners: Edges, _ components: Components) -> [Int?] {
    let inner = Components(owners) { owners.range(of: $0).count > 0 }
    var first = [Int?](repeating: nil, count: components.sizes.count)
    for block in (0..<owners.blockCount).reversed() where inner.numbers[block] != Components.isNone
    {
      let isOwn = owners.range(of: block).contains { Int(owners.targets[$0]) == block }
      if isOwn || inner.sizes[Int(inner.numbers[block])] > 1 {
        first[Int(components.numbers[block])] = block
      }
    }
    return first
  }

  private static func cycle(
    _ around: (blocks: [UInt32], words: [UInt32]), isCertain: Bool, of group: Int,
    _ components: Components, _ reach: Reach, _ image: HeapImage
  ) -> RetainCycle {
    let lost = LostBlocks(from: Int(around.blocks[0]), image.edges) { !reach.isReached($0) }
    return RetainCycle(
      blocks: around.blocks, words: around.words, groupCount: Int(components.sizes[group]),
      lostCount: lost.blocks.count,
      lostBytes: lost.blocks.reduce(0) { $0 + image.blocks.sizes[$1] }, isCertain: isCertain)
  }

  // The shortest way from a block back to it, within its group. Searched in tables of the group's own: there may be many.
  private static func wayAround(
    _ start: Int, _ edges: Edges, _ components: Components
  ) -> (blocks: [UInt32], words: [UInt32]) {
    let group = components.numbers[start]
    var pointers: [Int: (source: Int, word: UInt32)] = [:]
    var order = [start]
    var next = 0
    while next < order.count, pointers[start] == nil {
      let block = order[next]
      next += 1
      for edge in edges.range(of: block) {
        let target = Int(edges.targets[edge])
        if components.numbers[target] != group || pointers[target] != nil { continue }
        pointers[target] = (block, edges.words[edge])
        order.append(target)
      }
    }
    var blocks: [UInt32] = []
    var words: [UInt32] = []
    var block = start
    repeat {
      guard let (source, word) = pointers[block] else { break }
      blocks.append(UInt32(source))
      words.append(word)
      block = source
    } while block != start
    return (blocks.reversed(), words.reversed())
  }

  private struct LostBlocks {
    private(set) var blocks: [Int]

    init(from start: Int, _ edges: Edges, isLost: (Int) -> Bool) {
      var seen: Set<Int> = [start]
      blocks = [start]
      var next = 0
      while next < blocks.count {
        for edge in edges.range(of: blocks[next]) {
          let target = Int(edges.targets[edge])
          if isLost(target), seen.insert(target).inserted { blocks.append(target) }
        }
        next += 1
      }
    }
  }
}
