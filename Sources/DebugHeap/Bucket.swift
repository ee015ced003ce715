// A slice of slots of one size. Its record and those of its slots lie in a region's records, not in
// the slice:
//
//   slice     | 16 canary bytes | slot | slot | …           slots:  block, canary bytes up to its end
//             | page, page | page, page | …                 guarded: block in one, the other inaccessible
//   record    | Bucket | SlotRecord | SlotRecord | …        at a fixed place for each slice
//
//   fresh slots: handedOut ..< slotCount, whose records mean nothing
//   given out:   liveCount live + freedCount freed + those set aside = handedOut

import Memory
import Platform

package struct Bucket {
  package enum State: UInt8 {
    case unused
    /// The system refused to move pages onto it: its addresses may be somebody else's.
    case lost
    /// Its pages came from a bucket that was retired: for the next bucket, without a system call.
    case ready
    case inUse
    /// Every slot was given out and freed: the slice is inaccessible.
    case retired
  }

  package var start: UInt
  package var state = State.unused
  /// The class whose lock guards the bucket.
  package var sizeClass: UInt8
  package var isGuarded: Bool
  /// Its pages but those of live blocks are hidden: the slice is accessible otherwise.
  package var isHidden = false
  /// A slot of it was set aside: it is never retired.
  package var isSetAside = false
  /// Its pages came from another slice: they are a mapping apart.
  package var isMoved: Bool
  /// It waits for its freed slots to be used again, in the list of its class.
  package var isWaiting = false
  /// 0 or 1; the other one when it last began to wait: what had been freed by then carries the old one.
  package var generation: UInt8 = 0
  package var slotSize: UInt32
  package var slotCount: UInt32
  /// ⌈2³² / slotSize⌉: a division by a multiplication.
  package var reciprocal: UInt32
  package var handedOut: UInt32 = 0
  package var liveCount: UInt32 = 0
  package var freedCount: UInt32 = 0
  /// Of the slice among all slices of the heap, from 1 on.
  package var ordinal: UInt32
  /// Retired: the slice retired next, and when this one was. Ready: the one made ready before.
  package var next: UInt32 = 0
  package var stamp: UInt32 = 0
  /// Slots that had been freed when it began to wait.
  package var waitingCount: UInt32 = 0
  /// Without checks: the slot freed last, from 1 on; its record names the one before.
  package var lastFreed: UInt32 = 0
  /// Waiting: the bucket that began to wait before; `next` and `stamp`: as for retired slices.
  package var previous: UInt32 = 0

  /// A bucket that nobody may use yet, with all its slots fresh.
  package init(
    start: UInt, ordinal: UInt32, sizeClass: Int, slotSize: Int, isGuarded: Bool, isMoved: Bool
  ) {
    self.start = start
    self.ordinal = ordinal
    self.sizeClass = UInt8(sizeClass)
    self.slotSize = UInt32(slotSize)
    self.isGuarded = isGuarded
    self.isMoved = isMoved
    let room = PageMap.sliceSize - (isGuarded ? 0 : Bucket.lead)
    slotCount = UInt32(room / slotSize)
    reciprocal = UInt32((1 << 32 + slotSize - 1) / slotSize)
  }

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
    return min(quotient(offset &- lead), Int(pointee.slotCount) - 1)
  }

  /// An offset in the slice, so below 2¹⁶, divided by the size of a slot, at most 2¹⁴: exact.
  @inline(__always)
  private func quotient(_ offset: UInt) -> Int {
    Int(bitPattern: (offset &* UInt(pointee.reciprocal)) &>> 32)
  }

  /// The slot in use that begins at `address`, and where it ends; nil for what is none, and for guarded
  /// slots.
  @inline(__always)
  func usedSlot(at address: UInt) -> (index: Int, end: UInt)? {
    let offset = address &- pointee.start &- UInt(Bucket.lead)
    if pointee.state != .inUse || pointee.isGuarded || offset >= UInt(PageMap.sliceSize) {
      return nil
    }
    let index = quotient(offset)
    let slotSize = UInt(pointee.slotSize)
    if index >= Int(pointee.handedOut) || UInt(bitPattern: index) &* slotSize != offset {
      return nil
    }
    return (index, address &+ slotSize)
  }

  /// Whether its slots were ever given out, so that their records tell something.
  package var hasHistory: Bool { pointee.state == .inUse || pointee.state == .retired }

  /// Whether all slots were given out.
  @inline(__always)
  package var isFull: Bool { pointee.handedOut == pointee.slotCount }

  /// The accessible bytes of a slot in use.
  @inline(__always)
  package func area(_ index: Int, _ placement: DebugSettings.Placement) -> Area {
    let slotSize = UInt(pointee.slotSize)
    if !pointee.isGuarded {
      let start = pointee.start &+ UInt(Bucket.lead) &+ UInt(bitPattern: index) &* slotSize
      return Area(start: start, end: start &+ slotSize)
    }
    let pageSize = UInt(System.pageSize)
    var start = pointee.start &+ UInt(bitPattern: index) &* slotSize
    if placement == .guardBefore { start &+= pageSize }
    return Area(start: start, end: start &+ pageSize)
  }

  /// Where the slot's block begins, by its record.
  @inline(__always)
  package func block(_ index: Int, _ placement: DebugSettings.Placement) -> UInt {
    let record = slot(index)
    return area(index, placement).block(
      record.pointee.requested, alignment: record.pointee.alignment,
      pointee.isGuarded ? placement : .slots)
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
