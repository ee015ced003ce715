// What is known of an address in the pool.

import CShims
import DebugHeap
import Heap
import Memory
import Platform

extension GuardedBlocks {
  /// The block of a slot that was used. Under the lock.
  static func description(_ index: Int) -> BlockDescription {
    let slot = slot(index).pointee
    var block = BlockDescription(
      start: UInt(slot.block), requested: Int(slot.requested), alignment: Int(slot.alignment),
      allocation: slot.allocation_trace, allocatingThread: Int(slot.allocating_thread))
    block.isFreed = slot.state == UInt32(SWIFTMALLOC_GUARDED_BLOCK_FREED)
    block.release = slot.release_trace
    block.freeingThread = Int(slot.freeing_thread)
    return block
  }

  /// The block that the address is in or nearest to, of its slot and the next one; nil when neither
  /// was used. Under the lock.
  static func block(nearestTo address: UInt) -> BlockDescription? {
    let index = index(of: address)
    let own = usedBlock(index)
    let other = usedBlock(address < page(index).start ? index - 1 : index + 1)
    guard let own, let other else { return own ?? other }
    return other.distance(to: address) < own.distance(to: address) ? other : own
  }

  private static func usedBlock(_ index: Int) -> BlockDescription? {
    guard let records, index >= 0, index < Int(records.pointee.used) else { return nil }
    return description(index)
  }

  /// As `HeapSampler.findGuarded`. In a signal handler that interrupted a holder of the lock nothing is found.
  package static func find(_ address: UInt) -> FoundBlock? {
    if !owns(address) || !lock.lock(milliseconds: Lock.patience) { return nil }
    defer { lock.unlock() }
    guard let records, index(of: address) < Int(records.pointee.used) else { return nil }
    let block = description(index(of: address))
    if block.distance(to: address) > 0 { return nil }
    return FoundBlock(start: block.start, byteCount: block.requested, isLive: !block.isFreed)
  }

  /// As `HeapSampler.forEachGuarded`. In a signal handler that interrupted a holder of the lock a block may be missed.
  package static func forEach(_ body: (Int) -> Void, records tell: (UInt, UInt) -> Void) {
    guard isOn, let records else { return }
    let start = UInt(bitPattern: records)
    tell(start, start + UInt(recordBytes))
    let isLocked = lock.lock(milliseconds: Lock.patience)
    defer { if isLocked { lock.unlock() } }
    for index in 0..<Int(records.pointee.used) {
      let slot = slot(index)
      if slot.pointee.state != UInt32(SWIFTMALLOC_GUARDED_BLOCK_LIVE) { continue }
      body(Int(slot.pointee.requested))
    }
  }

  /// Live ones.
  package static var liveCount: Int { isOn ? Int(records?.pointee.live ?? 0) : 0 }

  /// What a counter has counted, by its number in guarded_blocks.h; 0 where nothing is guarded.
  package static func counter(_ which: Int) -> Int {
    guard isOn else { return 0 }
    return Int(clamping: swiftmalloc_guarded_counter(records, Int32(which)).pointee)
  }
}
