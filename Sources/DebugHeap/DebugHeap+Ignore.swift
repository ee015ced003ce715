// Blocks that are no leaks because the program says so: those of a thread that has disabled the leak check, and single ones.

import Memory
import Platform

extension DebugHeap {
  /// Marks the live block that `address` is in; false when it is in none.
  package func ignore(_ address: UInt) -> Bool {
    guard enter() else { return false }
    defer { leave() }
    guard let bucket = storage.pointee.regions.bucket(at: address) else {
      return ignoreLarge(address)
    }
    let state = lock(Int(bucket.pointee.sizeClass))
    defer { unlock(state) }
    if bucket.pointee.state != .inUse { return false }
    let index = bucket.index(of: address)
    if index >= Int(bucket.pointee.handedOut) { return false }
    let slot = bucket.slot(index)
    let start = bucket.block(index, storage.pointee.settings.placement)
    if slot.pointee.state != .live
      || !isInside(address, start: start, byteCount: slot.pointee.requested)
    {
      return false
    }
    slot.pointee.isIgnored = true
    return true
  }

  private func ignoreLarge(_ address: UInt) -> Bool {
    lockLarge()
    defer { unlockLarge() }
    var isFound = false
    storage.pointee.large.forEach { record in
      if record.pointee.isFreed
        || !isInside(address, start: record.pointee.block, byteCount: record.pointee.requested)
      {
        return
      }
      record.pointee.isIgnored = true
      isFound = true
    }
    return isFound
  }

  private func isInside(_ address: UInt, start: UInt, byteCount: Int) -> Bool {
    address >= start && address - start < UInt(max(byteCount, 1))
  }

  /// Calls `body` with each block that is marked. Nothing changes meanwhile.
  package func forEachIgnored(_ body: (UInt) -> Void) {
    let placement = storage.pointee.settings.placement
    forEachSlice { _, bucket in
      if bucket.pointee.state != .inUse || bucket.pointee.liveCount == 0 { return }
      for index in 0..<Int(bucket.pointee.handedOut) {
        let slot = bucket.slot(index)
        if !slot.pointee.isIgnored || slot.pointee.state != .live { continue }
        body(bucket.block(index, placement))
      }
    }
    forEachLiveLarge { record in
      if record.isIgnored { body(record.block) }
    }
  }
}
