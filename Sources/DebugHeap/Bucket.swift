// A slice of slots of one size. Its record and those of its slots lie in a region's records, not in
// the slice:
//
//   slice     | 16 canary bytes | slot | slot | …           slots:  block, canary bytes up to its end
//             | page, page | page, page | …                 guarded: block in one, the other inaccessible
//   record    | Bucket | SlotRecord | SlotRecord | …        at a fixed place for each slice
//
//   fresh slots: handedOut ..< slotCount        live slots: liveCount

import Memory
import Platform

package struct Bucket {
  package enum State: UInt8 {
    case unused
    case inUse
    /// Every slot was given out and freed: the slice is inaccessible.
    case retired
  }

  package var start: UInt
  package var state: State
  /// The class whose lock guards the bucket.
  package var sizeClass: UInt8
  package var isGuarded: Bool
  /// A slot of it was set aside: it is never retired.
  package var isSetAside: Bool
  package var slotSize: UInt32
  package var slotCount: UInt32
  package var handedOut: UInt32
  package var liveCount: UInt32
  /// Of the slice among all slices of the heap, from 1 on.
  package var ordinal: UInt32
  /// Retired: the slice retired next, and when this one was.
  package var next: UInt32
  package var stamp: UInt32

  package static let leastSlotSize = 32
  package static let slotLimit = PageMap.sliceSize / leastSlotSize
  /// Bytes of canary in front of the first slot.
  package static let lead = 16
}

extension UnsafeMutablePointer where Pointee == Bucket {
  @inline(__always)
  package func slot(_ index: Int) -> UnsafeMutablePointer<SlotRecord> {
    UnsafeMutableRawPointer(self + 1).assumingMemoryBound(to: SlotRecord.self) + index
  }

  /// The slot that `address` lies in; the first one for what is in front of it.
  @inline(__always)
  package func index(of address: UInt) -> Int {
    let lead = pointee.isGuarded ? 0 : UInt(Bucket.lead)
    let offset = address &- pointee.start
    if offset < lead || pointee.slotCount == 0 { return 0 }
    // Offsets in a slice have 16 bits: a short division.
    let index = UInt32(truncatingIfNeeded: offset &- lead) / pointee.slotSize
    return Int(min(index, pointee.slotCount &- 1))
  }

  /// The accessible bytes of a slot in use.
  @inline(__always)
  package func area(_ index: Int, _ placement: DebugSettings.Placement) -> Area {
    let slotSize = UInt(pointee.slotSize)
    if !pointee.isGuarded {
      let start = pointee.start + UInt(Bucket.lead) + UInt(index) * slotSize
      return Area(start: start, end: start + slotSize)
    }
    let pageSize = UInt(System.pageSize)
    var start = pointee.start + UInt(index) * slotSize
    if placement == .guardBefore { start += pageSize }
    return Area(start: start, end: start + pageSize)
  }

  /// Where the slot's block begins, by its record.
  @inline(__always)
  package func block(_ index: Int, _ placement: DebugSettings.Placement) -> UInt {
    let record = slot(index)
    return area(index, placement).block(
      record.pointee.requested, alignment: record.pointee.alignment,
      pointee.isGuarded ? placement : .slots)
  }

  /// Number of a slot among all slots of the heap.
  @inline(__always)
  package func number(_ index: Int) -> UInt32 {
    pointee.ordinal * UInt32(Bucket.slotLimit) + UInt32(index)
  }
}

/// Accessible bytes that hold one block.
package struct Area {
  package let start: UInt
  package let end: UInt

  package init(start: UInt, end: UInt) {
    self.start = start
    self.end = end
  }

  package var byteCount: Int { Int(end - start) }

  /// Where a block of `requested` bytes stands in it. One of no bytes stands, where blocks are
  /// guarded, in the inaccessible page itself.
  @inline(__always)
  package func block(
    _ requested: Int, alignment: Int, _ placement: DebugSettings.Placement
  ) -> UInt {
    let mask = UInt(alignment - 1)
    switch placement {
    case .slots: return (start + mask) & ~mask
    case .guardBehind: return (end - UInt(requested)) & ~mask
    case .guardBefore:
      return requested == 0 && alignment <= System.pageSize ? (start - 16) & ~mask : start
    }
  }
}
