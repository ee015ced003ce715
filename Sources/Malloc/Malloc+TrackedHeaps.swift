// The heaps of a program's own in the debug and leak modes: each block is one of the debug heap's, with its checks and
// reports, and is noted as the heap's, so that it ends with the others.

import CShims
import DebugHeap
import Heap
import Heaps
import Live
import Memory
import Platform

extension Malloc {
  /// The address of a block, or 0.
  @inline(never)
  static func allocateTracked(
    _ byteCount: UInt, _ heap: LibraryHeap, alignment: UInt = 16, kind: BlockKind? = nil
  ) -> UInt {
    guard case .debug(let process) = Process.active else { return 0 }
    checkThread(heap.slot, UInt(bitPattern: heap.slot), "swiftmalloc_heap_malloc")
    let address = process.allocate(
      Int(byteCount), alignment: Int(alignment), kind: kind ?? .cMalloc, isAligned: false
    ).address
    if address == 0
      || TrackedBlocks.add(
        address, Int(byteCount), heap.slot, isFreedByAny: kind == nil)
    {
      return address
    }
    process.free(address, Deallocation(.cFree))
    return 0
  }

  // Ends the process when a local heap is another thread's.
  static func checkThread(_ slot: HeapTable.Slot, _ address: UInt, _ function: StaticString) {
    if !slot.pointee.isLocal { return }
    let thread = swiftmalloc_thread_mark()
    if slot.pointee.owner == 0 { slot.pointee.owner = thread }
    if slot.pointee.owner != thread { HeapMisuse.endForThread(slot, address, function) }
  }

  /// Frees a block of the debug heap.
  static func free(_ address: UInt, _ release: Deallocation, in process: ProcessDebugHeap) {
    if HeapTable.isUsed, freeTracked(address, release, process) { return }
    process.free(address, release)
  }

  // False of a block of the process' heap.
  @inline(never)
  private static func freeTracked(
    _ address: UInt, _ release: Deallocation, _ process: ProcessDebugHeap
  ) -> Bool {
    guard let slot = TrackedBlocks.slot(of: address) else {
      // Where a block of a heap was before, it is no second free of that one.
      if FreedBlocks.mayHold(address), process.requestedSize(address) != nil {
        TrackedBlocks.forgetFreed(address)
      }
      // A signal handler may be here with a block of a heap. Rather lost than freed, and freed again with the heap.
      return TrackedBlocks.remove(address) == nil
    }
    checkThread(slot, address, "free")
    let isFreedByAny = TrackedBlocks.remove(address) ?? false
    process.free(address, isFreedByAny ? Deallocation(.cFree) : release)
    TrackedBlocks.endFree(address)
    return true
  }

  /// The block with another size; 0 when there is no memory, and nil when it is no heap's of the program.
  static func reallocateTracked(
    _ address: UInt, to byteCount: Int, _ process: ProcessDebugHeap
  ) -> UInt? {
    guard let slot = TrackedBlocks.slot(of: address) else { return nil }
    checkThread(slot, address, "realloc")
    let old = process.requestedSize(address) ?? 0
    let growth = max(byteCount - old, 0)
    guard let isFreedByAny = TrackedBlocks.beginMove(address, growth: growth, slot) else {
      // The limit forbids it; or the heap was deleted just now, and the block is the process'.
      return TrackedBlocks.slot(of: address) == nil ? nil : 0
    }
    let new = process.reallocate(address, to: byteCount)
    TrackedBlocks.endFree(address)
    let length = new == 0 ? old : byteCount
    TrackedBlocks.endMove(
      to: new == 0 ? address : new, length, uncounted: old + growth - length, slot,
      isFreedByAny: isFreedByAny)
    return new
  }

  /// Frees all blocks of a heap.
  static func freeAllTracked(_ heap: LibraryHeap, _ function: StaticString) {
    guard case .debug(let process) = Process.active else { return }
    checkThread(heap.slot, UInt(bitPattern: heap.slot), function)
    takeAllTracked(heap) {
      process.free($0, Deallocation(.cFree))
      TrackedBlocks.endFree($0)
    }
  }

  /// Lets go of all blocks of a heap: they are the process' own from then on.
  static func releaseAllTracked(_ heap: LibraryHeap) { takeAllTracked(heap) { _ in } }

  private static func takeAllTracked(_ heap: LibraryHeap, _ body: (UInt) -> Void) {
    var place = 0
    var batch = TrackedBlocks.Batch(repeating: 0)
    while true {
      let count = TrackedBlocks.takeSome(of: heap.slot, from: &place, &batch)
      if count == 0 { return }
      for index in 0..<count { body(batch[index]) }
    }
  }

  /// Calls `body` with every block of a heap and the bytes that were asked for. `body` may free the
  /// block. False without memory for a list of them.
  static func forEachTracked(_ heap: LibraryHeap, _ body: (UInt, Int) -> Void) -> Bool {
    TrackedBlocks.forEach(of: heap.slot, body)
  }
}
