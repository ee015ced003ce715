// A guarded block in the place of a sampled one.

import CShims
import DebugHeap
import Heap
import Memory
import Platform
import Traces

extension GuardedBlocks {
  /// As `HeapSampler.allocateGuarded`.
  package static func allocate(
    _ byteCount: Int, alignment: Int, heap: UnsafeMutableRawPointer?
  ) -> UInt {
    // In a handler that interrupted a sample, the lock may be held. What a report allocates is not guarded.
    if !isOn || ThreadFlags.current & ThreadFlags.isTracing != 0 { return 0 }
    ThreadFlags.insert(ThreadFlags.isTracing)
    defer { ThreadFlags.remove(ThreadFlags.isTracing) }
    let fits = byteCount > 0 && byteCount <= System.pageSize && alignment <= System.pageSize
    // Frequent and useless: its stack is not asked for.
    let trace = fits ? Unwinder.sample(limit: frameLimit) : 0
    defer { StackDepot.release(trace) }
    let thread = fits ? ThreadTable.numberOfThisThread : 0
    lock.lock()
    defer { lock.unlock() }
    if !fits {
      count(SWIFTMALLOC_GUARDED_UNFIT)
    } else if trace == 0 {
      count(SWIFTMALLOC_GUARDED_REFUSED)
    } else if isCovered(trace) {
      count(SWIFTMALLOC_GUARDED_COVERED)
    } else if let index = take() {
      return place(index, byteCount, alignment, heap, trace, thread)
    }
    return 0
  }

  /// Whether a block that was allocated by this stack lives in a slot.
  private static func isCovered(_ trace: UInt32) -> Bool {
    guard let records, let covered = swiftmalloc_guarded_covered(records) else { return false }
    for index in 0..<Int(records.pointee.used) where covered[index] == trace { return true }
    return false
  }

  // A slot whose page is accessible; nil when half of them are in use, or the system refuses.
  private static func take() -> Int? {
    guard let records else { return nil }
    if records.pointee.live >= UInt32(SWIFTMALLOC_GUARDED_LIVE) {
      count(SWIFTMALLOC_GUARDED_FULL)
      return nil
    }
    let isFresh = Int(records.pointee.used) < slotCount
    let index = isFresh ? Int(records.pointee.used) : Int(records.pointee.first_freed) - 1
    if !GuardPages.open(index) {
      count(SWIFTMALLOC_GUARDED_REFUSED)
      return nil
    }
    if isFresh {
      records.pointee.used += 1
    } else {
      records.pointee.first_freed = slot(index).pointee.next
      if records.pointee.first_freed == 0 { records.pointee.last_freed = 0 }
    }
    records.pointee.live += 1
    return index
  }

  private static func place(
    _ index: Int, _ byteCount: Int, _ alignment: Int, _ heap: UnsafeMutableRawPointer?,
    _ trace: UInt32, _ thread: Int
  ) -> UInt {
    let page = page(index)
    let isAtEnd = Sampling.random() & 1 == 0
    let block = page.block(
      byteCount, alignment: alignment, isAtEnd ? .guardBehind : .guardBefore)
    let slot = slot(index)
    slot.pointee.block = UInt64(block)
    slot.pointee.requested = UInt64(byteCount)
    slot.pointee.alignment = UInt32(alignment)
    // The slot holds the stacks of its block, and no longer those of the one before.
    StackDepot.release(slot.pointee.allocation_trace)
    StackDepot.release(slot.pointee.release_trace)
    StackDepot.retain(trace)
    slot.pointee.allocation_trace = trace
    slot.pointee.allocating_thread = UInt32(thread)
    slot.pointee.release_trace = 0
    slot.pointee.freeing_thread = 0
    slot.pointee.release.count = 0
    note(trace, thread, in: &slot.pointee.allocation)
    slot.pointee.state = UInt32(SWIFTMALLOC_GUARDED_BLOCK_LIVE)
    swiftmalloc_guarded_covered(records)[index] = trace
    Pattern.fillCanary(page.start, block)
    Pattern.fillCanary(block + UInt(byteCount), page.end)
    let record = PageMap.knownRecord(block)
    record.start = block
    record.byteCount = byteCount
    record.asBlock.heap = heap
    record.kind = .guarded
    count(SWIFTMALLOC_GUARDED_TOTAL)
    return block
  }
}
