// A walk over the records of everything that holds blocks, whatever heap it is of: small spans, and each block that is none.

import CShims
import Platform

extension PageMap {
  /// Calls `body` with the record of every small span and of every other block, those of signal handlers and guarded ones
  /// among them, and the first address of its slice. Nobody makes or frees any meanwhile.
  package static func forEachHolder(_ body: (UnsafeMutablePointer<SpanRecord>, UInt) -> Void) {
    let window = swiftmalloc_window().unsafelyUnwrapped
    forEachWritableChunk { first, end in
      let slice = (first - window.pointee.records) / UInt(MemoryLayout<SpanRecord>.stride)
      forEachHolder(first, end, window.pointee.start + slice << sliceShift, body)
    }
    let root = swiftmalloc_page_map_root().unsafelyUnwrapped
    for region in 0..<regionCount {
      guard let leaf = root[Int(region)] else { continue }
      let first = UInt(bitPattern: leaf)
      forEachHolder(first, first + UInt(leafByteCount), region << regionShift) { record, slice in
        // The window's own records count there.
        if windowRecord(slice) == nil { body(record, slice) }
      }
    }
  }

  private static func forEachHolder(
    _ first: UInt, _ end: UInt, _ start: UInt,
    _ body: (UnsafeMutablePointer<SpanRecord>, UInt) -> Void
  ) {
    var record = UnsafeMutablePointer<SpanRecord>(bitPattern: first).unsafelyUnwrapped
    var slice = start
    while UInt(bitPattern: record) < end {
      switch record.kind {
      case .small, .medium, .large, .emergency, .guarded: body(record, slice)
      default: break
      }
      record += 1
      slice += UInt(sliceSize)
    }
  }
}
