// The three numbers of Zig's allocator: bytes asked for, bytes resident for blocks, bytes of records.

import Memory
import Platform
import Synchronization
import Traces

/// What a debug heap holds, in bytes.
public struct DebugStatistics: Sendable {
  /// Bytes that were asked for and not freed yet.
  public var requestedBytes = 0
  /// Bytes of the pages that hold blocks and can be accessed.
  public var residentBytes = 0
  /// Bytes of the heap's own records, of traces and threads.
  public var overheadBytes = 0
  /// Of `residentBytes`, those of large blocks that nobody has written to.
  public var untouchedBytes = 0
  /// Of `residentBytes`, what is not in memory of the pages that blocks share.
  package var absentBytes = 0
  /// Of `overheadBytes`, what is in memory.
  package var heldOverheadBytes = 0

  package init() {}
}

extension DebugHeap {
  /// Calls `body` with the start and the length in bytes of the addresses that had blocks so far, large ones apart.
  package func forEachPart(_ body: (UInt, Int) -> Void) {
    storage.pointee.regions.forEachTakenPart(body)
  }

  /// Whether a live block has a mapping of its own.
  package func isLarge(_ address: UInt) -> Bool { !storage.pointee.regions.contains(address) }

  package func statistics() -> DebugStatistics {
    var result = DebugStatistics()
    var resident = ResidentBytes()
    guard enter() else { return result }
    defer { leave() }
    resident.open()
    for index in 0..<Self.classLimit {
      let state = lock(index)
      result.requestedBytes += state.pointee.requestedBytes
      unlock(state)
    }
    for ordinal in 1..<max(storage.pointee.regions.takenCount + 1, 1) {
      let bucket = storage.pointee.regions.bucket(ordinal: ordinal)
      // Records are touched as slots are given out.
      let recordBytes =
        MemoryLayout<Bucket>.stride
        + Int(bucket.pointee.handedOut) * MemoryLayout<SlotRecord>.stride
      result.overheadBytes += System.roundUpToPage(recordBytes)
      result.heldOverheadBytes += System.roundUpToPage(recordBytes)
      if bucket.pointee.state != .inUse { continue }
      let accessible =
        bucket.pointee.isGuarded
        ? Int(bucket.pointee.liveCount) * System.pageSize : PageMap.sliceSize
      let start = bucket.pointee.start
      let held = resident.count(start, start + UInt(PageMap.sliceSize))
      result.residentBytes += accessible
      result.absentBytes += max(accessible - held, 0)
    }
    result.residentBytes += storage.pointee.regions.readyCount * PageMap.sliceSize
    lockLarge()
    result.requestedBytes += storage.pointee.largeRequestedBytes
    storage.pointee.large.forEach { record in
      if record.pointee.isFreed { return }
      let area = record.pointee.area
      let start = area.start & ~UInt(System.pageSize - 1)
      let held = resident.count(start, area.start + UInt(area.byteCount))
      result.residentBytes += area.byteCount
      result.untouchedBytes += max(area.byteCount - held, 0)
    }
    let recordBytes = storage.pointee.large.byteCount + storage.pointee.pools.byteCount
    result.overheadBytes += recordBytes
    result.heldOverheadBytes += recordBytes
    unlockLarge()
    result.overheadBytes += StackDepot.committedBytes + ReturnAddresses.committedBytes
    var held = 0
    StackDepot.forEachCommitted { held += resident.count($0, $0 + UInt($1)) }
    ReturnAddresses.forEachCommitted { held += resident.count($0, $0 + UInt($1)) }
    result.heldOverheadBytes += held
    resident.close()
    return result
  }
}
