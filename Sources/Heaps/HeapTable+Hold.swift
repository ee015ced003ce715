// All other threads are kept out of the heaps of the program's own, as of the process' (Heap+Hold). Nothing keeps another thread
// out of a local heap of its own: nobody but that thread uses it.

import CShims
import Heap
import Live
import Memory
import Platform

extension HeapTable {
  /// Before any lock of the process' heap. The caller is in a slow path of that.
  package static func hold() {
    lock.lock()
    forEach { $0.pointee.lock.lock() }
    forEachCached { $0.hold() }
  }

  /// After the process' heap was let go.
  package static func letGo() {
    forEachCached { $0.letGo() }
    forEach { $0.pointee.lock.unlock() }
    lock.unlock()
  }

  /// The heap of a record that is none of the process'; nil when it is not known. Between `hold` and `letGo`.
  package static func holder(
    of record: UnsafeMutablePointer<SpanRecord>
  ) -> LibraryHeap? {
    guard let storage = record.heap else { return nil }
    return slot(noted: heapNote(storage)).map { LibraryHeap($0) }
  }
}

extension LibraryHeap {
  /// Whether block `index` of the record's span waits in a thread's cache.
  package func isWaiting(_ record: UnsafeMutablePointer<SpanRecord>, _ index: Int) -> Bool {
    kind == .cached && cached.isWaiting(record, index)
  }

  /// The same of any block of the span.
  package func waits(_ record: UnsafeMutablePointer<SpanRecord>) -> Bool {
    kind == .cached && cached.waits(record)
  }

  /// Calls `body` with the live blocks that the medium block of the record holds; false when it holds none, but is one itself.
  package func forEachBlock(
    inChunk record: UnsafeMutablePointer<SpanRecord>, _ body: (UInt, Int) -> Void
  ) -> Bool {
    if kind != .bump || record.kind != .medium || !record.asBlock.isChunk { return false }
    bump.forEachBlock(inChunk: record.start, body)
    return true
  }
}
