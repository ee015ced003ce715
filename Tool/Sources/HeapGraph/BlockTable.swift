// Live blocks in the order of their addresses, and which of them an address lies in. A pointer is looked up in two steps:
// its slice of 64 KiB gives the blocks that begin there, of which a few comparisons find the one.
//
//   runs     | first slice, slices, place |   neighbouring slices with blocks; a heap has few runs
//   places   | first block that begins in the slice or behind it | …    one for each slice of a run, and one more

/// Blocks of a heap.
package struct BlockTable: Sendable {
  package let addresses: [UInt64]
  /// Usable bytes.
  package let sizes: [UInt64]
  private let runs: [Run]
  private let places: [UInt32]

  private struct Run: Sendable {
    let firstSlice: UInt64
    let sliceCount: UInt64
    let place: Int
  }

  private static let sliceBits: UInt64 = 16
  // Slices without a block cost four bytes each; a gap of more begins a new run.
  private static let longestGap: UInt64 = 1024

  /// Blocks that lie apart from each other, in the order of their addresses, as many addresses as sizes; fewer than 2³² − 1.
  package init(addresses: [UInt64], sizes: [UInt64]) {
    precondition(addresses.count == sizes.count && addresses.count < Int(UInt32.max))
    self.addresses = addresses
    self.sizes = sizes
    var runs: [Run] = []
    var places: [UInt32] = []
    var index = 0
    while index < addresses.count {
      let first = addresses[index] >> Self.sliceBits
      let place = places.count
      var slice = first
      // Also the slices that the last block reaches into.
      var end = first
      while index < addresses.count, addresses[index] >> Self.sliceBits <= end + Self.longestGap {
        let begins = addresses[index] >> Self.sliceBits
        while slice <= begins {
          places.append(UInt32(index))
          slice += 1
        }
        let last = addresses[index] &+ max(sizes[index], 1) &- 1
        end = max(begins, min(last >> Self.sliceBits, begins + Self.longestGap))
        index += 1
      }
      places.append(UInt32(index))
      runs.append(Run(firstSlice: first, sliceCount: slice - first, place: place))
    }
    self.runs = runs
    self.places = places
  }

  package var count: Int { addresses.count }

  /// The number of the block that an address lies in; nil when it lies in none.
  @inline(__always)
  package func block(at address: UInt64) -> Int? {
    guard let candidate = lastBlock(notBehind: address) else { return nil }
    return address - addresses[candidate] < sizes[candidate] ? candidate : nil
  }

  private func lastBlock(notBehind address: UInt64) -> Int? {
    let slice = address >> Self.sliceBits
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].firstSlice <= slice { low = middle + 1 } else { high = middle }
    }
    if low == 0 { return nil }
    let run = runs[low - 1]
    let inside = slice - run.firstSlice
    // Behind the last slice in which one begins there may be a long one.
    if inside >= run.sliceCount { return Int(places[run.place + Int(run.sliceCount)]) - 1 }
    var first = Int(places[run.place + Int(inside)])
    var behind = Int(places[run.place + Int(inside) + 1])
    while first < behind {
      let middle = (first + behind) / 2
      if addresses[middle] <= address { first = middle + 1 } else { behind = middle }
    }
    return first > 0 ? first - 1 : nil
  }
}
