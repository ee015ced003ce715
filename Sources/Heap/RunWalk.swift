// A walk over the runs of a heap's arenas:
//
//   var runs = RunWalk(heap)
//   while let (record, start) = runs.next() { … }

import Memory

/// Tells each run once. The one that was told last may be freed; nobody else frees or allocates runs meanwhile.
package struct RunWalk<Policy: HeapPolicy> {
  private let heap: Heap<Policy>
  private var arena: UnsafeMutablePointer<Arena>?
  private var address: UInt = 0
  private var end: UInt = 0

  package init(_ heap: Heap<Policy>) {
    self.heap = heap
    arena = heap.pageHeap.arenas
  }

  /// The record of the next run, in use or free, or of what never was one, and its address; nil at the end.
  package mutating func next() -> (record: UnsafeMutablePointer<SpanRecord>, start: UInt)? {
    while address >= end {
      guard let arena else { return nil }
      address = arena.pointee.start
      end = heap.pageHeap.committedEnd(of: arena)
      self.arena = arena.pointee.next
    }
    let record = PageMap.knownRecord(address)
    // Now, as a run that is freed joins its neighbours.
    defer { address += UInt(max(record.byteCount, PageMap.sliceSize)) }
    return (record, address)
  }
}
