// The end of a page heap: all arenas go back to where they came from, whatever is in use in them, and nothing is known of
// their addresses any more. No thread uses the heap, or frees a block of it, any more.

extension PageHeap {
  /// Gives all arenas back.
  package mutating func releaseAll() {
    let slice = UInt(PageMap.sliceSize)
    while let arena = arenas {
      arenas = arena.pointee.next
      let start = arena.pointee.start
      var address = start
      while address < start + UInt(arena.pointee.byteCount) {
        PageMap.knownRecord(address).clear()
        address += slice
      }
      PageMap.forget(start, byteCount: arena.pointee.byteCount, pages: pages)
      _ = pages.release(
        start - slice, byteCount: arena.pointee.byteCount + 2 * PageMap.sliceSize)
    }
  }
}

extension UnsafeMutablePointer where Pointee == SpanRecord {
  /// Makes it the record of an address that is not ours.
  package func clear() {
    // Records are written where spans were made: the others would become resident.
    if pointee.kind == .none { return }
    UnsafeMutableRawPointer(self).initializeMemory(
      as: UInt8.self, repeating: 0, count: MemoryLayout<SpanRecord>.stride)
  }
}
