// The fast paths of local heaps, from the handle and from the block.

import CShims
import Heap
import Memory
import Platform

extension LibraryHeap {
  /// A block of the calling thread's local heap; nil when another path has to find one, or say what is wrong.
  @inline(__always)
  package static func allocateQuickly(
    _ handle: UnsafeMutableRawPointer?, _ byteCount: UInt
  ) -> UInt? {
    guard let slot = HeapTable.slot(handle), isFree(slot) else { return nil }
    if slot.pointee.cache != 0 {
      return slot.whileBusy { QuickPath(slot.pointee.cache).allocateFirst(byteCount) }
    }
    guard let bump = UnsafeMutablePointer<BumpState>(bitPattern: slot.pointee.bump) else {
      return nil
    }
    return slot.whileBusy { bump.allocate(Int(bitPattern: byteCount)) }
  }

  /// Frees a small block of one of the calling thread's local heaps; false when it is none, or another path has to.
  @inline(__always)
  package static func freeQuickly(
    _ address: UInt, processHeap: UnsafeMutableRawPointer?
  ) -> Bool {
    guard let record = PageMap.windowRecord(address), record.kind == .small,
      let heap = record.spanHeap, heap != processHeap,
      let slot = HeapTable.Slot(bitPattern: SoleHeap.note(heap)), slot.pointee.cache != 0
    else { return false }
    return free(address, record, slot)
  }

  /// Frees a small block of the calling thread's local heap; false when another path has to, or say what is wrong.
  @inline(__always)
  package static func freeQuickly(_ address: UInt, of handle: UnsafeMutableRawPointer?) -> Bool {
    guard let slot = HeapTable.slot(handle), slot.pointee.cache != 0,
      let record = PageMap.windowRecord(address)
    else { return false }
    return free(address, record, slot)
  }

  @inline(__always)
  private static func free(
    _ address: UInt, _ record: UnsafeMutablePointer<SpanRecord>, _ slot: HeapTable.Slot
  ) -> Bool {
    if !isFree(slot) { return false }
    return slot.whileBusy { QuickPath(slot.pointee.cache).freeFirst(address, record) }
  }

  // Whether the heap is the calling thread's, which is in no call of it.
  @inline(__always)
  private static func isFree(_ slot: HeapTable.Slot) -> Bool {
    slot.pointee.owner == swiftmalloc_thread_mark() && !slot.pointee.isBusy
  }
}
