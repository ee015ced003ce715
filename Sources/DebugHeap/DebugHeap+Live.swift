// The live blocks as a leak check sees them: while nothing else runs, all locks held or in a copy of the process. No
// function here takes a lock.

import Memory
import Platform

/// A live block in a slot.
package struct LiveSlot {
  package let start: UInt
  package let byteCount: Int
  /// Among all slots of the heap: below `DebugHeap.slotNumberLimit`.
  package let number: Int
  package let record: UnsafeMutablePointer<SlotRecord>
}

extension DebugHeap {
  /// Numbers of slots are below this.
  package var slotNumberLimit: Int { (storage.pointee.regions.takenCount + 1) * Bucket.slotLimit }

  /// The live block in a slot that holds `address`; one of no bytes holds its own.
  @inline(__always)
  package func liveSlot(holding address: UInt) -> LiveSlot? {
    guard let bucket = storage.pointee.regions.bucket(at: address) else { return nil }
    if bucket.pointee.state != .inUse { return nil }
    let slot = liveSlot(bucket, index: bucket.index(of: address))
    guard let slot, address &- slot.start < UInt(bitPattern: max(slot.byteCount, 1)) else {
      return nil
    }
    return slot
  }

  @inline(__always)
  private func liveSlot(_ bucket: BucketPointer, index: Int) -> LiveSlot? {
    if index >= Int(bucket.pointee.handedOut) { return nil }
    let record = bucket.slot(index)
    if record.pointee.state != .live { return nil }
    let start =
      record.pointee.isLiveAtStart && !bucket.pointee.isGuarded
      ? bucket.area(index, .slots).start : bucket.block(index, storage.pointee.settings.placement)
    return LiveSlot(
      start: start, byteCount: record.pointee.requested,
      number: Int(bucket.pointee.ordinal) &* Bucket.slotLimit &+ index, record: record)
  }

  /// Calls `body` with every live block in a slot, in the order of addresses.
  package func forEachLiveSlot(_ body: (LiveSlot) -> Void) {
    for ordinal in 1..<max(storage.pointee.regions.takenCount + 1, 1) {
      let bucket = storage.pointee.regions.bucket(ordinal: ordinal)
      if bucket.pointee.state != .inUse || bucket.pointee.liveCount == 0 { continue }
      for index in 0..<Int(bucket.pointee.handedOut) {
        if let slot = liveSlot(bucket, index: index) { body(slot) }
      }
    }
  }

  /// Calls `body` with the record of every live block that has a mapping of its own.
  package func forEachLiveLarge(_ body: (LargeRecord) -> Void) {
    storage.pointee.large.forEach { if !$0.pointee.isFreed { body($0.pointee) } }
  }

  /// How many live blocks there are, in slots and with mappings of their own.
  package var liveCounts: (slots: Int, large: Int) {
    var slots = 0
    for ordinal in 1..<max(storage.pointee.regions.takenCount + 1, 1) {
      let bucket = storage.pointee.regions.bucket(ordinal: ordinal)
      if bucket.pointee.state == .inUse { slots += Int(bucket.pointee.liveCount) }
    }
    var large = 0
    forEachLiveLarge { _ in large += 1 }
    return (slots, large)
  }

  /// The size class of blocks of so many bytes, as the bytes that the longest of them has.
  package static func classLimit(_ byteCount: Int) -> Int {
    if byteCount <= 0 { return 0 }
    if byteCount > largestSlot { return 1 << (Int.bitWidth - (byteCount - 1).leadingZeroBitCount) }
    return slotSize(SizeClasses(steps: 4).index(byteCount))
  }

  /// Calls `body` with every range of addresses that the heap has, blocks and records: start and length in bytes.
  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    let gate = UInt(bitPattern: storage.pointee.gate)
    let end = UInt(bitPattern: storage.pointee.classes + Self.classLimit)
    body(gate, System.roundUpToPage(Int(end - gate)))
    storage.pointee.regions.forEachMapping(body)
    if let table = storage.pointee.large.addresses { body(table.start, table.byteCount) }
    storage.pointee.large.forEach { body($0.pointee.mapping, $0.pointee.mappingBytes) }
  }
}
