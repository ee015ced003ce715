// How the pages of slots become accessible and inaccessible again.
//
//   hidden    the slice is accessible memory as a whole and its pages are hidden (MADV_GUARD_INSTALL, Linux 6.13): no mappings
//   sealed    inaccessible memory, of which the page in use is a mapping of its own; at most 512 of them. Where the system hides no
//             pages, and of memory that the program locked (mlockall)
//
// In both cases an inaccessible page has no contents, and is zero when it becomes accessible.

import CShims
import DebugHeap
import Memory
import Platform

enum GuardPages {
  // Written under the pool's lock: whether the system hides pages, and whether it did so ever.
  nonisolated(unsafe) private static var hides = false
  nonisolated(unsafe) private static var hasHidden = false

  private enum State {
    /// Never accessible.
    static let fresh: UInt32 = 0
    static let hidden: UInt32 = 1
    static let sealed: UInt32 = 2
  }

  static func start() {
    hides = SystemMemory.canHide
    hasHidden = hides
  }

  /// Makes the page of a slot accessible; it is zero. False when the system refuses.
  static func open(_ index: Int) -> Bool {
    let slot = GuardedBlocks.slot(index)
    let page = GuardedBlocks.page(index)
    let slice = page.start & ~PageMap.sliceMask
    if slot.pointee.is_open != 0 {
      // The program was let into one of them.
      slot.pointee.is_open = 0
      if !close(slice, PageMap.sliceSize, slot) { return false }
    }
    if slot.pointee.page == State.fresh, hides {
      if SystemMemory.commit(slice, byteCount: PageMap.sliceSize),
        SystemMemory.hide(slice, byteCount: PageMap.sliceSize)
      {
        slot.pointee.page = State.hidden
      } else {
        hides = false
        if !SystemMemory.seal(slice, byteCount: PageMap.sliceSize) { return false }
      }
    }
    if slot.pointee.page == State.hidden {
      return SystemMemory.reveal(page.start, byteCount: page.byteCount)
    }
    slot.pointee.page = State.sealed
    return SystemMemory.commit(page.start, byteCount: page.byteCount)
  }

  /// Makes the page of a slot inaccessible.
  static func close(_ index: Int) {
    let page = GuardedBlocks.page(index)
    _ = close(page.start, page.byteCount, GuardedBlocks.slot(index))
  }

  private static func close(
    _ start: UInt, _ byteCount: Int, _ slot: GuardedBlocks.Slot
  ) -> Bool {
    if slot.pointee.page == State.hidden, hides {
      if SystemMemory.hide(start, byteCount: byteCount) { return true }
      // The program locked its memory: so will the next one be.
      hides = false
    }
    if !SystemMemory.seal(start, byteCount: byteCount) { return false }
    slot.pointee.page = State.sealed
    return true
  }

  /// Lets the program into the page at `address` of a slot, after an error; false when the system refuses.
  static func letIn(_ address: UInt, _ slot: GuardedBlocks.Slot) -> Bool {
    let page = address & ~UInt(System.pageSize - 1)
    slot.pointee.is_open = 1
    // It may be both: hidden first, and then inaccessible memory.
    return SystemMemory.commit(page, byteCount: System.pageSize)
      && (!hasHidden || SystemMemory.reveal(page, byteCount: System.pageSize))
  }
}
