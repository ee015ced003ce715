// The free of a guarded block: is it one, is it live, are the bytes around it whole? Then its page
// becomes inaccessible.

import CShims
import DebugHeap
import Memory
import Platform
import Traces

extension GuardedBlocks {
  /// As `HeapSampler.freeGuarded`.
  package static func free(_ address: UInt) {
    if !isOn { return }
    let isInside = ThreadFlags.current & ThreadFlags.isTracing != 0
    ThreadFlags.insert(ThreadFlags.isTracing)
    let trace = isInside ? 0 : Unwinder.sample(limit: frameLimit)
    let thread = isInside ? 0 : ThreadTable.numberOfThisThread
    // A signal handler that interrupted a holder of the lock loses the block.
    var finding: Finding?
    if !isInside {
      lock.lock()
      finding = free(address, trace, thread)
      // The report tells of stacks that other threads may release meanwhile.
      if finding != nil { StackDepot.beginReading() }
      lock.unlock()
      StackDepot.release(trace)
    } else if lock.tryLock() {
      _ = free(address, trace, thread)
      lock.unlock()
    }
    if !isInside { ThreadFlags.remove(ThreadFlags.isTracing) }
    guard var finding else { return }
    finding.trace = trace
    finding.thread = thread
    finding.release = Deallocation(.cFree)
    GuardReports.report(finding, endsProcess: true)
    StackDepot.endReading()
  }

  private static func free(_ address: UInt, _ trace: UInt32, _ thread: Int) -> Finding? {
    let index = index(of: address)
    let slot = slot(index)
    guard slot.pointee.state == UInt32(SWIFTMALLOC_GUARDED_BLOCK_LIVE),
      slot.pointee.block == UInt64(address)
    else { return badFree(address, index) }
    let finding = damage(index)
    release(index, slot, trace, thread)
    return finding
  }

  private static func badFree(_ address: UInt, _ index: Int) -> Finding {
    let block = block(nearestTo: address)
    let isDouble = block.map { $0.isFreed && $0.start == address } ?? false
    return Finding(isDouble ? .doubleFree : .invalidFree, address, block)
  }

  private static func release(_ index: Int, _ slot: Slot, _ trace: UInt32, _ thread: Int) {
    guard let records else { return }
    PageMap.knownRecord(UInt(slot.pointee.block)).start = 0
    slot.pointee.state = UInt32(SWIFTMALLOC_GUARDED_BLOCK_FREED)
    StackDepot.retain(trace)
    slot.pointee.release_trace = trace
    slot.pointee.freeing_thread = UInt32(thread)
    note(trace, thread, in: &slot.pointee.release)
    GuardPages.close(index)
    swiftmalloc_guarded_covered(records)[index] = 0
    slot.pointee.next = 0
    let number = UInt32(index + 1)
    let last = records.pointee.last_freed
    if last == 0 {
      records.pointee.first_freed = number
    } else {
      self.slot(Int(last) - 1).pointee.next = number
    }
    records.pointee.last_freed = number
    records.pointee.live -= 1
  }

  /// The bytes of the page that are not the block's and are not as they were.
  private static func damage(_ index: Int) -> Finding? {
    let page = page(index)
    let block = description(index)
    let end = block.start + UInt(block.requested)
    if !Pattern.isCanary(end, page.end) {
      return damage(.overflow, block, Area(start: end, end: page.end), page)
    }
    if Pattern.isCanary(page.start, block.start) { return nil }
    return damage(.underflow, block, Area(start: page.start, end: block.start), page)
  }

  private static func damage(
    _ kind: Finding.Kind, _ block: BlockDescription, _ gap: Area, _ page: Area
  ) -> Finding? {
    guard let (first, last) = Pattern.damage(gap.start, gap.end, isFreed: false) else { return nil }
    var finding = Finding(kind, kind == .overflow ? first : last, block)
    finding.discovery = .bytes("free")
    finding.damage = Damage(first: first, last: last, in: page, isFreed: false)
    return finding
  }
}
