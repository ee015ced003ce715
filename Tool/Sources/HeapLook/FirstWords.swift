// The first words of blocks, which tell their types. Neighbours are read together: of a span of small blocks all of it, of long
// blocks the beginning.

import Targets

struct FirstWords<Memory: TargetMemory> {
  /// So many of each block, or as many as it has.
  static var count: Int { 8 }

  private let memory: Memory
  private let addresses: [UInt64]
  private let sizes: [UInt64]

  private static var pieceBytes: UInt64 { 1 << 18 }
  // To read over so much costs less than to begin anew.
  private static var longestGap: UInt64 { 4096 }

  init(_ memory: Memory, addresses: [UInt64], sizes: [UInt64]) {
    self.memory = memory
    self.addresses = addresses
    self.sizes = sizes
  }

  /// Calls `body` with each block's number and its words: none of a block that cannot be read.
  func forEach(_ body: (Int, UnsafeBufferPointer<UInt64>) -> Void) {
    let capacity = Int(Self.pieceBytes)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
    defer { buffer.deallocate() }
    var first = 0
    while first < addresses.count {
      let start = addresses[first]
      var end = neededEnd(first)
      var behind = first + 1
      while behind < addresses.count, addresses[behind] - end <= Self.longestGap,
        neededEnd(behind) - start <= Self.pieceBytes
      {
        end = neededEnd(behind)
        behind += 1
      }
      let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(end - start)])
      let words = wanted.bindMemory(to: UInt64.self)
      let count = memory.read(start, into: wanted) / 8
      for block in first..<behind {
        let place = Int(addresses[block] - start) / 8
        let needed = Int(neededEnd(block) - addresses[block]) / 8
        let there = max(0, min(needed, count - place))
        body(
          block, UnsafeBufferPointer(rebasing: words[min(place, count)..<min(place, count) + there])
        )
      }
      first = behind
    }
  }

  private func neededEnd(_ block: Int) -> UInt64 {
    addresses[block] + min(sizes[block], UInt64(Self.count) * 8)
  }
}
