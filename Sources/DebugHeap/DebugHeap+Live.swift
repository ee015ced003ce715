// The live blocks as a leak check sees them: while nothing else runs, all locks held or in a copy of the process. No
// function here takes a lock.

import Memory
import Platform

extension DebugHeap {
  /// Numbers of slots, ordinal of the slice times `Bucket.slotLimit` plus index, are below this.
  package var slotNumberLimit: Int { (storage.pointee.regions.takenCount + 1) * Bucket.slotLimit }

  /// The ordinal of the slice that holds an address; 0 when none does.
  @inline(__always)
  package func sliceOrdinal(_ address: UInt) -> Int { storage.pointee.regions.ordinal(at: address) }

  /// Calls `body` with the ordinal and the bucket of every slice that was ever taken.
  package func forEachSlice(_ body: (Int, UnsafeMutablePointer<Bucket>) -> Void) {
    for ordinal in 1..<max(storage.pointee.regions.takenCount + 1, 1) {
      body(ordinal, storage.pointee.regions.bucket(ordinal: ordinal))
    }
  }

  /// Where the block of a live slot begins.
  package func start(ofSlot index: Int, in bucket: UnsafeMutablePointer<Bucket>) -> UInt {
    bucket.block(index, storage.pointee.settings.placement)
  }

  /// Calls `body` with the record of every live block that has a mapping of its own.
  package func forEachLiveLarge(_ body: (LargeRecord) -> Void) {
    storage.pointee.large.forEach { if !$0.pointee.isFreed { body($0.pointee) } }
  }

  /// Calls `body` with the address of every live block and what was asked for.
  package func forEachLiveBlock(_ body: (UInt, Int) -> Void) {
    forEachSlice { _, bucket in
      if bucket.pointee.state != .inUse || bucket.pointee.liveCount == 0 { return }
      for index in 0..<Int(bucket.pointee.handedOut) {
        let slot = bucket.slot(index)
        if slot.pointee.state != .live { continue }
        body(start(ofSlot: index, in: bucket), slot.pointee.requested)
      }
    }
    forEachLiveLarge { body($0.block, $0.requested) }
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
    storage.pointee.large.forEach {
      if $0.pointee.pool == 0 { body($0.pointee.mapping, $0.pointee.mappingBytes) }
    }
    if let pools = storage.pointee.pools.addresses { body(pools.start, pools.byteCount) }
    storage.pointee.pools.forEachMapping(body)
  }
}
