// What is done with whole heaps of a program's own: all blocks at once, the end, the heap of a
// thread's malloc, and what a heap holds.

import CShims
import DebugHeap
import Heap
import Heaps
import Memory
import Platform
import Statistics

extension Malloc {
  /// free of a heap. Ends the process when the block is none of it.
  @inline(__always)
  package static func free(_ block: Pointer?, in handle: Pointer?) {
    if LibraryHeap.freeQuickly(UInt(bitPattern: block), of: handle) { return }
    freeSlowly(block, in: handle)
    swiftmalloc_end_slow_path()
  }

  @inline(never)
  private static func freeSlowly(_ block: Pointer?, in handle: Pointer?) {
    if LibraryHeap.freeWord(UInt(bitPattern: block), of: handle)
      || LibraryHeap.freeLocked(UInt(bitPattern: block), of: handle)
    {
      return
    }
    let function: StaticString = "swiftmalloc_heap_free"
    let heap = heap(handle, function)
    guard let block else { return }
    let address = UInt(bitPattern: block)
    // What is no live block of any heap is told as by free.
    if isOfOther(address, heap) {
      HeapMisuse.endForBlock(heap.slot, address, function)
    }
    free(block)
  }

  /// Whether the live block at `address` is of another heap. What a signal handler got instead of a
  /// block of this heap is of none.
  static func isOfOther(_ address: UInt, _ heap: LibraryHeap) -> Bool {
    if let slot = heapSlot(of: address) { return slot != heap.slot }
    if case .debug(let process) = Process.active {
      return TrackedBlocks.knowsAll && process.requestedSize(address) != nil
    }
    guard case .production(let process) = Process.active,
      let record = PageMap.record(address), record.kind != .emergency
    else { return false }
    return ownHeap(address) == nil && process.isLive(address)
  }

  /// Frees every block of a heap.
  package static func freeAll(in handle: Pointer?) {
    let function: StaticString = "swiftmalloc_heap_free_all"
    let heap = heap(handle, function)
    if heap.kind == .tracked { return freeAllTracked(heap, function) }
    heap.freeAll(function)
  }

  /// Ends a heap with its blocks.
  package static func destroyHeap(_ handle: Pointer?) {
    if handle == nil { return }
    let function: StaticString = "swiftmalloc_heap_destroy"
    let heap = heap(handle, function)
    leaveChosen(heap)
    if heap.kind == .tracked {
      freeAllTracked(heap, function)
    } else if heap.use(handleAddress(heap), function, {}) == nil {
      // In a signal handler that interrupted it: rather lost.
      return
    }
    heap.destroy()
  }

  /// Ends a heap without its blocks.
  package static func deleteHeap(_ handle: Pointer?) {
    if handle == nil { return }
    let function: StaticString = "swiftmalloc_heap_delete"
    let heap = heap(handle, function)
    leaveChosen(heap)
    if heap.kind == .tracked {
      checkThread(heap.slot, handleAddress(heap), function)
      releaseAllTracked(heap)
      heap.destroy()
    } else if heap.kind == .cached {
      _ = heap.use(handleAddress(heap), function) { heap.deleteCached() }
    } else if heap.use(handleAddress(heap), function, { heap.closeForGood() }) != nil {
      if heap.use(0, function, { heap.takeEnd() }) ?? false { heap.destroy() }
    }
  }

  private static func leaveChosen(_ heap: LibraryHeap) {
    if swiftmalloc_chosen_heap() == Pointer(heap.slot) { swiftmalloc_choose_heap(nil) }
  }

  /// The heap that a live block is of; null for the process'.
  package static func heap(of block: UnsafeRawPointer?) -> Pointer? {
    heapSlot(of: UInt(bitPattern: block)).map { Pointer($0) }
  }

  /// Makes the calling thread's malloc take from a heap, or with null from the process'; the one before.
  package static func chooseHeap(_ handle: Pointer?) -> Pointer? {
    let before = swiftmalloc_chosen_heap()
    if handle != nil {
      let function: StaticString = "swiftmalloc_heap_set_current"
      let heap = heap(handle, function)
      if heap.kind == .tracked {
        checkThread(heap.slot, handleAddress(heap), function)
      } else if heap.use(handleAddress(heap), function, {}) == nil {
        return before
      }
    }
    let threads = ReadyThread()
    // A signal handler does not choose for the call that it interrupted.
    if !threads.enterSlowPath() { return before }
    threads.leaveSlowPath()
    swiftmalloc_choose_heap(handle)
    return before
  }

  package typealias Visit = @convention(c) (Pointer?, Int, Pointer?) -> Void

  /// Calls `visit` with every live block of a heap; false in a signal handler that interrupted it.
  package static func visit(_ handle: Pointer?, _ visit: Visit?, _ argument: Pointer?) -> Bool {
    let function: StaticString = "swiftmalloc_heap_visit"
    let heap = heap(handle, function)
    guard let visit else { return true }
    if heap.kind == .tracked {
      checkThread(heap.slot, handleAddress(heap), function)
      return forEachTracked(heap) { visit(Pointer(bitPattern: $0), $1, argument) }
    }
    return heap.visit(function) { visit(Pointer(bitPattern: $0), $1, argument) }
  }

  /// What a heap holds, in the lines of the ledger; false in a signal handler that interrupted it.
  package static func statistics(
    of handle: Pointer?, _ result: UnsafeMutablePointer<swiftmalloc_statistics_lines>?
  ) -> Bool {
    let function: StaticString = "swiftmalloc_heap_statistics"
    let heap = heap(handle, function)
    guard let result else { return false }
    if heap.kind == .tracked {
      TrackedBlocks.settle()
      var ledger = HeapLedger()
      ledger.isCounted = true
      ledger[.requested] = heap.slot.pointee.liveBytes
      ledger.copy(to: result)
      return true
    }
    return heap.useAll(handleAddress(heap), function) {
      HeapLedger(heap.census(measuresResidency: true)).copy(to: result)
    } != nil
  }
}
