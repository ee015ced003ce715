// All live blocks of a process in columns, sorted by address: 20 bytes for each.

import Targets

/// What blocks have in common that lie in one span, or that there is of a single block.
package struct BlockSpan: Equatable, Sendable {
  /// The first address of its slices.
  package let start: UInt64
  /// An index of `LiveBlocks.heaps`.
  package let heap: Int
  /// The kernel's number of the thread that owns the span; 0: none does, or it is not known which one.
  package let thread: Int32
  /// Of a span of small blocks; nil of a single block and of those of a bump heap.
  package let sizeClass: Int?
}

package struct LiveBlocks: Sendable {
  /// Where each block begins, ascending.
  package internal(set) var addresses: [UInt64] = []
  /// Bytes that may be used.
  package internal(set) var sizes: [UInt64] = []
  /// The span of each block, an index of `spans`.
  package internal(set) var spanIndices: [UInt32] = []
  package internal(set) var spans: [BlockSpan] = []
  /// The process' own heap first.
  package internal(set) var heaps: [HeapFacts] = []
  /// By how much each block is longer than what was asked for; empty where that is not counted.
  package internal(set) var slacks: [UInt32] = []
  /// Threads that were inside of malloc or free: each may hide or add 64 small blocks of one size.
  package internal(set) var busyThreads = 0
  /// Spans that changed while they were read, and are left out.
  package internal(set) var lostSpans = 0

  package var count: Int { addresses.count }

  /// The heap of block `index`, an index of `heaps`.
  package func heap(of index: Int) -> Int { spans[Int(spanIndices[index])].heap }

  /// The owner of its span; 0: none, or not known.
  package func thread(of index: Int) -> Int32 { spans[Int(spanIndices[index])].thread }

  /// The bytes that were asked for; nil where that is not known.
  package func requested(of index: Int) -> UInt64? {
    slacks.isEmpty ? nil : sizes[index] - min(UInt64(slacks[index]), sizes[index])
  }

  /// The block that holds the address; nil when none does.
  package func index(containing address: UInt64) -> Int? {
    var low = 0
    var high = addresses.count
    while low < high {
      let middle = (low + high) / 2
      if addresses[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 && address - addresses[low - 1] < sizes[low - 1] ? low - 1 : nil
  }

  package init() {}
}
