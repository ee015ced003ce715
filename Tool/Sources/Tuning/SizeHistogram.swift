// How many small blocks of each length a program had at its peak. Lengths are counted in granules of 16 bytes, of which
// every size class is a multiple: granule g is what needs 16·(g−1)+1 to 16·g bytes.

/// Live blocks by what was asked for.
package struct SizeHistogram: Sendable, Equatable {
  package static let granuleBytes = 16
  /// Of the longest block that a size class has.
  package static let granuleLimit = 2048

  /// By granule; the first is of none.
  package private(set) var counts = [Int](repeating: 0, count: granuleLimit + 1)
  /// Bytes that the blocks have, and that were asked for: what a list of classes changes is in neither of them rounded.
  package var blockBytes = 0
  package var requestedBytes = 0

  package init() {}

  /// Adds `count` blocks that need up to `byteCount` bytes; longer ones have no class and change nothing.
  package mutating func add(_ count: Int, byteCount: Int) {
    let granule = max((byteCount + Self.granuleBytes - 1) / Self.granuleBytes, 1)
    guard granule <= Self.granuleLimit, count > 0 else { return }
    let (sum, overflows) = counts[granule].addingReportingOverflow(count)
    counts[granule] = overflows ? counts[granule] : min(sum, Self.greatestCount)
  }

  // Products of it and a length are numbers still.
  private static let greatestCount = 1 << 40

  package var blockCount: Int { counts.reduce(0, +) }

  /// Bytes of the blocks in the shortest multiples of 16: no list needs fewer.
  package var leastBytes: Int {
    counts.indices.reduce(0) { $0 + counts[$1] * $1 * Self.granuleBytes }
  }

  /// Bytes of the blocks with these classes, which grow up to the longest.
  package func bytes(_ classes: [Int]) -> Int {
    var sum = 0
    var index = 0
    for granule in counts.indices where counts[granule] > 0 {
      while index < classes.count - 1, classes[index] < granule * Self.granuleBytes { index += 1 }
      sum += counts[granule] * classes[index]
    }
    return sum
  }
}
