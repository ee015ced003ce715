// A heap without some of its blocks.

extension HeapImage {
  /// The blocks for which `isKept` holds, with their pointers to each other and their roots. Of a process that ran while its
  /// pointers were read, the blocks that lived on are those of which the pointers say something: what was freed meanwhile
  /// looks lost.
  package func keeping(_ isKept: (Int) -> Bool) -> HeapImage {
    var numbers = [UInt32](repeating: .max, count: blocks.count)
    var kept: [Int] = []
    for block in 0..<blocks.count where isKept(block) {
      numbers[block] = UInt32(kept.count)
      kept.append(block)
    }
    if kept.count == blocks.count { return self }
    var builder = EdgesBuilder(blockCount: kept.count)
    for block in kept {
      for edge in edges.range(of: block) where numbers[Int(edges.targets[edge])] != .max {
        builder.add(Int(numbers[Int(edges.targets[edge])]), word: Int(edges.words[edge]))
      }
      builder.finishBlock()
    }
    return HeapImage(
      blocks: BlockTable(
        addresses: kept.map { blocks.addresses[$0] }, sizes: kept.map { blocks.sizes[$0] }),
      typeNumbers: kept.map { typeNumbers[$0] }, types: types, edges: builder.finish(),
      roots: roots.compactMap { root in
        numbers[Int(root.block)] == .max
          ? nil
          : HeapRoot(
            place: root.place, address: root.address, block: numbers[Int(root.block)],
            thread: root.thread, name: root.name)
      }, process: process)
  }
}
