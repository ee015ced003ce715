// Blocks that have no neighbours in a span: medium ones, a run of the page heap each, and large
// ones, a run of another page heap or a mapping each; and the blocks that signal handlers get while
// their thread is in a slow path, which may hold any lock.

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
    let block = large.allocate(
      byteCount: byteCount, alignment: max(alignment, PageMap.sliceSize))
    if let block {
      mark(PageMap.knownRecord(block.start))
      return NewBlock(address: block.start, dirtyByteCount: block.dirtyByteCount)
    }
    // No addresses for it: the arenas may have a free run that is long enough.
    return byteCount <= Self.largestRun && alignment <= Self.largestRun
      ? allocateRun(byteCount, alignment: alignment, grows: false) : .none
  }

  private func allocateRun(_ byteCount: Int, alignment: Int, grows: Bool) -> NewBlock {
    let sliceCount = max(1, (byteCount + PageMap.sliceSize - 1) / PageMap.sliceSize)
    let run = pageHeap.allocate(
      sliceCount: sliceCount, alignment: max(1, alignment / PageMap.sliceSize), grows: grows,
      usable: byteCount, metadata: metadata)
    guard let run else { return .none }
    mark(run.record)
    return NewBlock(address: run.record.start, dirtyByteCount: run.dirtyByteCount)
  }

  /// Makes the record that of a block of this heap.
  func mark(_ record: Record) {
    record.asBlock.heap = heapAddress
    record.asBlock.isSampled = false
  }

  /// Frees the medium block that begins at `address`; false when none does (any more).
  func freeMedium(_ record: Record, _ address: UInt) -> Bool {
    let now = System.milliseconds
    pageHeap.lock.lock()
    let isLive = record.kind == .medium && record.start == address
    if isLive { pageHeap.noteFreed(record) }
    let isChecked = isLive && record.byteCount >= PageHeap<Policy>.checkedByteCount
    if isChecked {
      pageHeap.beginFree(record)
    } else if isLive {
      pageHeap.freeLocked(record, now)
    }
    pageHeap.unlock()
    if isChecked { pageHeap.finishFree(record, now) }
    if isLive, pageHeap.settings.purgeDelay == 0 {
      pageHeap.purge(age: 0, now: now, timesOut: false)
    }
    return isLive
  }

  // MARK: Signal handlers

  /// A block for a signal handler that interrupted a slow path of its own thread: a fresh mapping,
  /// made without any lock. Costs a few microseconds and at least a page.
  package func allocateInHandler(_ byteCount: Int, alignment: Int) -> NewBlock {
    let pages = pageHeap.pages
    let length = (byteCount + PageMap.sliceSize - 1) & ~(PageMap.sliceSize - 1)
    let start = pages.allocateAligned(
      byteCount: max(length, PageMap.sliceSize), alignment: max(alignment, PageMap.sliceSize))
    guard let start else { return .none }
    guard PageMap.cover(start, byteCount: PageMap.sliceSize, pages: pages) else {
      _ = pages.release(start, byteCount: length)
      return .none
    }
    let record = PageMap.knownRecord(start)
    record.start = start
    record.byteCount = max(length, PageMap.sliceSize)
    record.asBlock.setUsable(byteCount)
    mark(record)
    record.kind = .emergency
    return NewBlock(address: start, isZero: true)
  }

  /// Whether a handler may free what is no small block: its thread may hold any of these locks.
  /// When another thread does, the block is lost, too.
  var canTakeLocks: Bool {
    if !large.lock.tryLock() { return false }
    large.lock.unlock()
    if !pageHeap.lock.tryLock() { return false }
    pageHeap.lock.unlock()
    if !budget.lock.tryLock() { return false }
    budget.lock.unlock()
    return true
  }

  /// Frees a small block of a heap of one thread in a signal handler that interrupted that thread, or whoever holds the
  /// heap's lock. Others are lost until all of the heap's blocks are freed.
  package func freeInterrupting(_ address: UInt) {
    guard let record = PageMap.record(address), record.kind == .small,
      let index = record.index(address)
    else { return }
    freeRemote(record, BlocksOfWord(index), nil, isBusy: true)
  }

  func freeFromHandler(_ record: Record, _ address: UInt) -> BadFree? {
    if record.start != address { return BadFree(inside: record, address) }
    let byteCount = record.byteCount
    record.kind = .tombstone
    _ = pageHeap.pages.release(address, byteCount: byteCount)
    return nil
  }
}
