// realloc: a small block moves, so that its old address is a freed block's and stale pointers are noticed. A
// large one stays while its pages suffice, and takes its pages along when it moves.

import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// The block with another size, or 0 when there is no memory: then it stays as it is.
  package func reallocate(_ address: UInt, to byteCount: Int) -> UInt {
    reallocate(address, to: byteCount, caller(.cMalloc))
  }

  /// As above, for a caller that is known.
  @inline(__always)
  package func reallocate(_ address: UInt, to byteCount: Int, _ origin: Origin) -> UInt {
    guard enter() else { return reallocateInHandler(address, to: byteCount) }
    defer { leave() }
    if !checkThread(origin) { return 0 }
    var release = Deallocation(.cRealloc)
    release.thread = origin.thread
    release.trace = origin.trace
    if !isChecked, resizeTracked(address, to: byteCount, origin) { return address }
    if let resized = reallocateLarge(address, to: byteCount, release) { return resized }
    guard let old = liveBlock(address) else {
      // A report, or another allocator's block, whose length nobody knows: what can be read of it.
      freeEntered(address, release)
      return reallocateForeign(address, to: byteCount, origin)
    }
    let new = allocateEntered(byteCount, alignment: 16, origin).address
    if new == 0 { return 0 }
    Self.copy(address, to: new, min(old, byteCount))
    freeEntered(address, release)
    return new
  }

  static func copy(_ source: UInt, to destination: UInt, _ byteCount: Int) {
    guard byteCount > 0, let from = UnsafeRawPointer(bitPattern: source) else { return }
    UnsafeMutableRawPointer(bitPattern: destination)?.copyMemory(from: from, byteCount: byteCount)
  }

  private func reallocateForeign(_ address: UInt, to byteCount: Int, _ origin: Origin) -> UInt {
    let new = allocateEntered(byteCount, alignment: 16, origin).address
    if new == 0 || storage.pointee.regions.contains(address)
      || !storage.pointee.settings.leavesForeignBlocks
    {
      return new
    }
    guard case .mapping(let mapping) = ProcessMaps.find(address), mapping.isReadable else {
      return new
    }
    Self.copy(address, to: new, min(byteCount, Int(mapping.end - address)))
    return new
  }

  /// The resized block, if it is a large one without error that can stay or move with its pages; nil
  /// when it must be copied or is to be reported.
  private func reallocateLarge(_ address: UInt, to byteCount: Int, _ release: Deallocation) -> UInt?
  {
    if case .slots = storage.pointee.settings.placement {} else { return nil }
    // Without permissions there is no room behind a block, and canary bytes are in its place.
    if !storage.pointee.pages.canSeal { return nil }
    if storage.pointee.regions.bucket(at: address) != nil { return nil }
    if sizeClass(byteCount, alignment: 16) != nil { return nil }
    lockLarge()
    guard let record = storage.pointee.large.find(address), !record.pointee.isFreed,
      record.pointee.kind == .cMalloc, checkLarge(record.pointee, "realloc") == nil
    else {
      unlockLarge()
      return nil
    }
    let old = record.pointee
    let isCharged = storage.pointee.settings.limit == nil || charge(byteCount)
    if !isCharged || !fitLarge(record, byteCount) {
      unlockLarge()
      if isCharged {
        discharge(byteCount)
        return moveLarge(old, to: byteCount, release)
      }
      warnOfLimit(
        byteCount, Origin(kind: .cMalloc, thread: release.thread, trace: release.trace))
      return 0
    }
    record.pointee.requested = byteCount
    // realloc promises no more.
    record.pointee.alignment = 16
    record.pointee.reallocation = release.trace
    storage.pointee.largeRequestedBytes += byteCount - old.requested
    fillAround(record.pointee)
    unlockLarge()
    discharge(old.requested)
    return address
  }

  /// Moves the pages of a growing block onto new addresses; the old ones stay, as those of a freed
  /// block. Nil when it shrinks or the system refuses.
  private func moveLarge(_ old: LargeRecord, to byteCount: Int, _ release: Deallocation) -> UInt? {
    // Pages that come from elsewhere are a mapping apart.
    if byteCount < old.requested || old.pool != 0 || !mayStandApart
      || !storage.pointee.movesPages.load(ordering: .relaxed)
    {
      return nil
    }
    let origin = Origin(
      kind: old.kind, thread: old.allocatingThread, trace: old.allocation,
      isIgnored: old.isIgnored)
    if storage.pointee.settings.limit != nil, !charge(byteCount) { return nil }
    // What grows once will grow again.
    let made =
      makeApart(byteCount, alignment: 16, origin, room: min(byteCount, 1 << 30))
      ?? makeApart(byteCount, alignment: 16, origin)
    guard var new = made else {
      discharge(byteCount)
      return nil
    }
    new.reallocation = release.trace
    if !insertLarge(new, movingPagesOf: old, release) {
      discharge(byteCount)
      return nil
    }
    return new.block
  }

  /// Enters the block and frees the old one, whose pages become the new one's. Nobody may look at either
  /// meanwhile. False without memory for the record, and when the system refuses: then nothing has changed.
  private func insertLarge(
    _ new: LargeRecord, movingPagesOf old: LargeRecord, _ release: Deallocation
  ) -> Bool {
    lockLarge()
    if !storage.pointee.large.insert(new) {
      unlockLarge()
      _ = storage.pointee.pages.release(new.mapping, byteCount: new.mappingBytes)
      return false
    }
    if new.isIsland { countApart(1) }
    storage.pointee.largeRequestedBytes += new.requested
    let isMoved = storage.pointee.pages.shift(
      old.area.start, byteCount: old.area.byteCount, destination: new.block)
    if !isMoved {
      storage.pointee.movesPages.store(false, ordering: .relaxed)
      if new.isIsland { countApart(-1) }
      storage.pointee.largeRequestedBytes -= new.requested
      storage.pointee.large.remove(new.block)
      unlockLarge()
      // What is in front of the destination and behind it: that itself may be somebody else's now.
      let before = Int(new.block - new.mapping)
      let end = new.block + UInt(old.area.byteCount)
      let behind = Int(new.mapping + UInt(new.mappingBytes) - end)
      _ = storage.pointee.pages.release(new.mapping, byteCount: before)
      _ = storage.pointee.pages.release(end, byteCount: behind)
      return false
    }
    storage.pointee.pages.setDumped(false, old.mapping, byteCount: old.mappingBytes)
    // The canary bytes came along.
    let behind = Int(old.area.end - old.block) - old.requested
    UnsafeMutableRawPointer(bitPattern: new.block + UInt(old.requested))?.initializeMemory(
      as: UInt8.self, repeating: 0, count: min(behind, new.requested - old.requested))
    fillAround(new)
    if let record = storage.pointee.large.find(old.block) {
      if old.isIsland { countApart(-1) }
      storage.pointee.largeRequestedBytes -= old.requested
      discharge(old.requested)
      record.pointee.isFreed = true
      record.pointee.release = release.trace
      record.pointee.freeingThread = release.thread
      quarantine(record)
    }
    unlockLarge()
    return true
  }
}
