// The fast paths of the process' heap in a heap that several threads use, under its lock. The thread is marked as in a slow
// path meanwhile: so its signal handlers take slow paths, which use no lock.

import CShims
import Heap
import Memory
import Platform

extension LibraryHeap {
  /// A block of a shared heap of spans; nil when another path has to find one, or say what is wrong.
  package static func allocateLocked(_ handle: UnsafeMutableRawPointer?, _ byteCount: UInt)
    -> UInt?
  {
    HeapTable.slot(handle)?.whileLocked { $0.allocate(Int(bitPattern: byteCount)) }
  }

  /// Frees a small block of a shared heap; false when another path has to, or say what is wrong.
  package static func freeLocked(_ address: UInt, of handle: UnsafeMutableRawPointer?) -> Bool {
    guard let record = PageMap.windowRecord(address), record.kind == .small,
      let heap = record.spanHeap, let slot = HeapTable.slot(handle),
      UInt(bitPattern: heap) == slot.pointee.storage
    else { return false }
    return freeLocked(address, record, slot)
  }

  /// The same, of a block whose record and slot are known.
  static func freeLocked(
    _ address: UInt, _ record: UnsafeMutablePointer<SpanRecord>, _ slot: HeapTable.Slot
  ) -> Bool {
    slot.whileLocked { $0.free(address, record) ? true : nil } ?? false
  }
}

extension UnsafeMutablePointer where Pointee == HeapSlot {
  // What `body` says; nil where there is no such heap, and in a signal handler that may have interrupted its thread with the
  // lock.
  @inline(__always)
  fileprivate func whileLocked<Result>(_ body: (QuickPath) -> Result?) -> Result? {
    if pointee.isLocal || pointee.kind == .cached || ThreadFlags.current & ThreadFlags.busy != 0 {
      return nil
    }
    ThreadFlags.insert(ThreadFlags.busy)
    swiftmalloc_signal_fence()
    pointee.lock.lock()
    // None of a heap that was destroyed or deleted, is tracked, or bumps.
    let result = pointee.cache == 0 ? nil : body(QuickPath(pointee.cache))
    pointee.lock.unlock()
    swiftmalloc_signal_fence()
    ThreadFlags.remove(ThreadFlags.busy)
    return result
  }
}
