// Blocks that have no neighbours in a span: medium ones, a run of the page heap each, and large
// ones, a run of another page heap or a mapping each; and the blocks that signal handlers get while their thread is in a slow
// path, which may hold any lock.

import Memory
import Platform

extension Heap {
  /// Longer blocks are large: they lie apart from all others.
  package static var largestMedium: Int { 1 << 22 }
  /// Longer blocks never come from the page heap, however little addresses are left.
  private static var largestRun: Int { 1 << 36 }

  /// A block of more than a small one's bytes, or of a greater alignment. Slow path: busy.
  func allocateApart(_ byteCount: Int, alignment: Int) -> NewBlock {
    let block = tryAllocateApart(byteCount, alignment: alignment)
    dropExcess()
    if block.address != 0 || !releaseReserves(threads.cache) { return block }
    return tryAllocateApart(byteCount, alignment: alignment)
  }

  private func tryAllocateApart(_ byteCount: Int, alignment: Int) -> NewBlock {
    if byteCount <= Self.largestMedium && alignment <= Self.largestMedium {
      return allocateRun(byteCount, alignment: alignment, grows: true)
    }
    let block = storage.pointee.large.allocate(
      byteCount: byteCount, alignment: max(alignment, PageMap.sliceSize))
    if let block {
      mark(PageMap.knownRecord(block.start), byteCount)
      return NewBlock(address: block.start, dirtyByteCount: block.dirtyByteCount)
    }
    // No addresses for it: the arenas may have a free run that is long enough.
    return byteCount <= Self.largestRun && alignment <= Self.largestRun
      ? allocateRun(byteCount, alignment: alignment, grows: false) : .none
  }

  private func allocateRun(_ byteCount: Int, alignment: Int, grows: Bool) -> NewBlock {
    let sliceCount = max(1, (byteCount + PageMap.sliceSize - 1) / PageMap.sliceSize)
    let run = storage.pointee.pageHeap.allocate(
      sliceCount: sliceCount, alignment: max(1, alignment / PageMap.sliceSize), grows: grows,
      metadata: metadata)
    guard let run else { return .none }
    mark(run.record, byteCount)
    return NewBlock(address: run.record.pointee.start, dirtyByteCount: run.dirtyByteCount)
  }

  /// Makes the record that of a block of this heap, for which `byteCount` bytes were asked.
  func mark(_ record: Record, _ byteCount: Int) {
    record.setUsable(byteCount)
    record.blockHeap = heapAddress
  }

  /// Frees the medium block that begins at `address`; false when none does (any more).
  func freeMedium(_ record: Record, _ address: UInt) -> Bool {
    let now = System.milliseconds
    storage.pointee.pageHeap.lock.lock()
    let isLive = record.pointee.kind == .medium && record.pointee.start == address
    if isLive {
      // For the report of a second free: it was a block, and so long.
      record.pointee.blockSize = UInt32(clamping: record.pointee.byteCount)
      record.pointee.gap = 0
    }
    let isChecked = isLive && record.pointee.byteCount >= PageHeap<Policy>.checkedByteCount
    if isChecked {
      storage.pointee.pageHeap.beginFree(record)
    } else if isLive {
      storage.pointee.pageHeap.freeLocked(record, now)
    }
    storage.pointee.pageHeap.unlock()
    if isChecked { storage.pointee.pageHeap.finishFree(record, now) }
    if isLive, storage.pointee.pageHeap.settings.purgeDelay == 0 {
      storage.pointee.pageHeap.purge(age: 0, now: now, timesOut: false)
    }
    return isLive
  }

  // MARK: Signal handlers

  /// A block for a signal handler that interrupted a slow path of its own thread: a fresh mapping,
  /// made without any lock. Costs a few microseconds and at least a page.
  func allocateInHandler(_ byteCount: Int, alignment: Int) -> NewBlock {
    let pages = storage.pointee.pageHeap.pages
    let length = (byteCount + PageMap.sliceSize - 1) & ~(PageMap.sliceSize - 1)
    let start = pages.allocateAligned(
      byteCount: max(length, PageMap.sliceSize), alignment: max(alignment, PageMap.sliceSize))
    guard let start else { return .none }
    guard PageMap.cover(start, byteCount: PageMap.sliceSize, pages: pages) else {
      _ = pages.release(start, byteCount: length)
      return .none
    }
    let record = PageMap.knownRecord(start)
    record.pointee.start = start
    record.pointee.byteCount = max(length, PageMap.sliceSize)
    mark(record, byteCount)
    record.pointee.kind = .emergency
    return NewBlock(address: start, isZero: true)
  }

  /// Whether a handler may free what is no small block: its thread may hold any of these locks. When another thread does, the
  /// block is lost, too.
  var canTakeLocks: Bool {
    if !storage.pointee.large.lock.tryLock() { return false }
    storage.pointee.large.lock.unlock()
    if !storage.pointee.pageHeap.lock.tryLock() { return false }
    storage.pointee.pageHeap.lock.unlock()
    if !storage.pointee.budget.pointee.lock.tryLock() { return false }
    storage.pointee.budget.pointee.lock.unlock()
    return true
  }

  func freeFromHandler(_ record: Record, _ address: UInt) -> BadFree? {
    if record.pointee.start != address { return BadFree(inside: record, address) }
    let byteCount = record.pointee.byteCount
    record.pointee.kind = .tombstone
    _ = storage.pointee.pageHeap.pages.release(address, byteCount: byteCount)
    return nil
  }
}
