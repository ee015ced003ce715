// From an address to the live block that holds it, and what the check knows of each block: one byte, apart from the heap's
// records.
//
//   slots    states[number of the slot]
//   large    sorted by address; states behind those of the slots

import DebugHeap
import Memory
import Platform

/// What a check has found out of a block.
package enum BlockState {
  package static let unreached: UInt8 = 0
  /// A chain of pointers to beginnings of blocks leads to it from a root.
  package static let reachable: UInt8 = 1
  /// Every chain that leads to it has a pointer into the middle of a block.
  package static let possible: UInt8 = 2
  /// Nothing leads to it, or only a chain from itself.
  package static let definite: UInt8 = 3
  /// Only lost blocks lead to it.
  package static let indirect: UInt8 = 4
}

/// A live block with its state.
package struct CheckedBlock {
  package let start: UInt
  package let byteCount: Int
  package let state: UnsafeMutablePointer<UInt8>
}

package struct LargeBlock: Placed {
  package let start: UInt
  package let byteCount: Int
  package let trace: UInt32
  package let thread: Int
}

package struct BlockTable<Policy: DebugPolicy> {
  package let heap: DebugHeap<Policy>
  package let states: MappedArray<UInt8>
  package private(set) var large: MappedArray<LargeBlock>
  private let firstLargeState: Int
  private let lowest: UInt
  private let span: UInt

  /// All live blocks of a heap that does not change meanwhile; nil without memory.
  package init?(_ heap: DebugHeap<Policy>) {
    self.heap = heap
    firstLargeState = heap.slotNumberLimit
    let largeCount = heap.liveCounts.large
    guard let large = MappedArray<LargeBlock>(capacity: largeCount),
      let states = MappedArray<UInt8>(capacity: firstLargeState + largeCount)
    else { return nil }
    var found = large
    var low = UInt.max
    var high: UInt = 0
    heap.forEachLiveLarge { record in
      found.append(
        LargeBlock(
          start: record.block, byteCount: record.requested, trace: record.trace,
          thread: record.allocatingThread))
    }
    found.sort()
    heap.forEachMapping { start, byteCount in
      low = min(low, start)
      high = max(high, start + UInt(byteCount))
    }
    self.large = found
    self.states = states
    lowest = low
    span = high - low
  }

  /// The live block that a word points to or into. The upper sixteen bits may be a tag.
  @inline(__always)
  package func find(_ word: UInt) -> CheckedBlock? {
    let address = word & 0xffff_ffff_ffff
    if address &- lowest >= span { return nil }
    if let slot = heap.liveSlot(holding: address) {
      return CheckedBlock(
        start: slot.start, byteCount: slot.byteCount, state: states.elements + slot.number)
    }
    return large.count == 0 ? nil : findLarge(address)
  }

  @inline(never)
  private func findLarge(_ address: UInt) -> CheckedBlock? {
    let index = large.lastIndex(notAbove: address)
    if index < 0 { return nil }
    let block = large[index]
    if address - block.start >= UInt(max(block.byteCount, 1)) { return nil }
    return largeBlock(index)
  }

  private func largeBlock(_ index: Int) -> CheckedBlock {
    CheckedBlock(
      start: large[index].start, byteCount: large[index].byteCount,
      state: states.elements + (firstLargeState + index))
  }

  /// Calls `body` with the memory that the table takes: start and length in bytes.
  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(large.addresses.start, large.addresses.byteCount)
    body(states.addresses.start, states.addresses.byteCount)
  }

  /// Calls `body` with each live block, who allocated it and by which thread, in an order that does not change.
  package func forEach(_ body: (CheckedBlock, _ trace: UInt32, _ thread: Int) -> Void) {
    heap.forEachLiveSlot { slot in
      body(
        CheckedBlock(
          start: slot.start, byteCount: slot.byteCount, state: states.elements + slot.number),
        slot.record.pointee.allocation, slot.record.pointee.allocatingThread)
    }
    for index in 0..<large.count {
      body(largeBlock(index), large[index].trace, large[index].thread)
    }
  }
}

extension LargeRecord {
  /// Who gave the block its size: a realloc, or the first call.
  fileprivate var trace: UInt32 { reallocation != 0 ? reallocation : allocation }
}
