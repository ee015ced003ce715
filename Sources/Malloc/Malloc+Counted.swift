// The calls of a process that counts them (SWIFTMALLOC_STATS, SWIFTMALLOC_LIVE), when the counted fast paths do not serve
// them: the block from the heap in force, and then the thread's row.

import CShims
import DebugHeap
import Heap
import Live
import Memory
import Platform

extension Malloc {
  /// A block, without setting errno. `alignment` is a power of two, at least 16.
  @inline(never)
  static func allocateCounted(
    _ byteCount: UInt, alignment: UInt, kind: BlockKind, isAligned: Bool = false
  ) -> NewBlock {
    if alignment == 16, let address = counted.allocate(byteCount) {
      return NewBlock(address: address, isZero: false)
    }
    if let rounded = rounded(byteCount, alignment),
      let address = counted.allocateRefilling(byteCount, rounded: rounded)
    {
      return NewBlock(address: address, isZero: false)
    }
    if byteCount > largestRequest || alignment > largestRequest { return .none }
    if let chosen = swiftmalloc_chosen_heap() {
      let address = allocate(byteCount, from: chosen, alignment: alignment, kind: kind)
      return NewBlock(address: address, isZero: false)
    }
    switch Process.active {
    case .production(let heap):
      let block =
        alignment == 16
        ? heap.allocate(Int(byteCount))
        : heap.allocate(Int(byteCount), alignment: Int(alignment))
      if block.address != 0 { heap.countAllocated(block.address, Int(byteCount)) }
      return block
    case .debug(let heap):
      let block = heap.allocate(
        Int(byteCount), alignment: Int(alignment), kind: kind, isAligned: isAligned)
      if block.address != 0 {
        let count = LiveCounts.allocated(Int(byteCount), sizeClass(Int(byteCount)))
        list(block.address, Int(byteCount), heap)
        LiveSample.take(whileDebuggingAt: count)
        Process.publishDebugAmounts(heap, at: count)
      }
      return block
    case .none: return .none
    }
  }

  @inline(never)
  static func freeCounted(_ address: UInt, _ release: Deallocation) {
    switch Process.active {
    case .production(let heap):
      if let record = PageMap.windowRecord(address), counted.batchRemoteFree(address, record) {
        return
      }
      if !freeInHeap(address, heap) { heap.freeCounted(address) }
    case .debug(let heap):
      if let byteCount = heap.requestedSize(address) {
        LiveCounts.freed(byteCount, sizeClass(byteCount))
        if heap.isLarge(address) { LiveLarge.remove(at: address) }
      }
      free(address, release, in: heap)
    case .none: break
    }
  }

  @inline(never)
  static func reallocateCounted(_ address: UInt, to byteCount: Int) -> UInt {
    switch Process.active {
    case .production(let heap): return heap.reallocateCounted(address, to: byteCount)
    case .debug(let heap):
      let old = heap.requestedSize(address)
      let wasLarge = old != nil && heap.isLarge(address)
      // Before another thread is given the same address.
      if wasLarge { LiveLarge.remove(at: address) }
      let new = heap.reallocate(address, to: byteCount)
      if new == 0 {
        if let old, wasLarge { list(address, old, heap) }
        return 0
      }
      if let old { LiveCounts.freed(old, sizeClass(old)) }
      LiveCounts.allocated(byteCount, sizeClass(byteCount))
      list(new, byteCount, heap)
      return new
    case .none: return 0
    }
  }

  // A debug heap's block with a mapping of its own.
  private static func list(_ address: UInt, _ byteCount: Int, _ heap: ProcessDebugHeap) {
    if !heap.isLarge(address) { return }
    _ = LiveLarge.add(address, requested: byteCount, given: System.roundUpToPage(byteCount))
  }

  /// Under which the debug heap's blocks are counted: the production heap's class of their length.
  private static func sizeClass(_ byteCount: Int) -> Int {
    if byteCount <= SizeClasses.largestBlock { return Process.classes.index(byteCount) }
    return Int(
      byteCount <= ProductionHeap.largestMedium
        ? SWIFTMALLOC_LIVE_MEDIUM : SWIFTMALLOC_LIVE_LARGE)
  }
}
