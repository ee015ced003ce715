// What each slice of the arenas is used for, a byte each: who reads the file asks the system which pages are in memory,
// and learns here what lies in them. The rows are those of 256 GiB of addresses around the first arena, as the kernel
// places mappings close together; of a heap that reaches beyond, slices are not told. Under the lock of the page heap,
// but for a slice whose kind its only user changes.

import CShims
import Platform

package enum LiveSlices {
  /// Bytes of a slice.
  private static let sliceShift: UInt = 16
  private static let rowCount = Int(SWIFTMALLOC_LIVE_SLICES)

  private static var header: UnsafeMutablePointer<swiftmalloc_live_header> {
    swiftmalloc_live_header_now().unsafelyUnwrapped
  }

  /// Rows for the slices from `start` on, which are free, before any of them is used.
  package static func cover(_ start: UInt, byteCount: Int) {
    if !LiveProcess.isPublished { return }
    if header.pointee.slice_start == 0 {
      // Arenas come below the first, unless the system places them upwards.
      let above = UInt(rowCount / 4) &<< sliceShift
      let all = UInt(rowCount) &<< sliceShift
      header.pointee.slice_start = UInt64(max(start &+ above, all) &- all)
      header.pointee.slice_count = UInt64(rowCount)
    }
    guard header.pointee.slice_count != 0 else { return }
    guard let first = row(start, byteCount: byteCount),
      swiftmalloc_live_populate(first, byteCount &>> Int(sliceShift)) != 0
    else {
      header.pointee.slice_count = 0
      return
    }
  }

  /// The slices from `start` on are used so.
  @inline(__always)
  package static func set(_ kind: swiftmalloc_live_slice, _ start: UInt, byteCount: Int) {
    if LiveCounts.isOn { setNow(kind, start, byteCount) }
  }

  @inline(never)
  private static func setNow(_ kind: swiftmalloc_live_slice, _ start: UInt, _ byteCount: Int) {
    guard LiveProcess.isPublished, header.pointee.slice_count != 0,
      let first = row(start, byteCount: byteCount)
    else { return }
    first.initializeMemory(
      as: UInt8.self, repeating: UInt8(kind.rawValue), count: byteCount &>> Int(sliceShift))
  }

  // MARK: fork

  /// The child's rows are empty: nothing is told until `coverAgain`.
  static func finishForkInChild() { header.pointee.slice_count = 0 }

  /// Begins again, in a child: `cover` and `set` are called for all there is.
  package static func coverAgain() {
    // The file may still be the parent's.
    if LiveProcess.isPublished { header.pointee.slice_start = 0 }
  }

  private static func row(_ start: UInt, byteCount: Int) -> UnsafeMutableRawPointer? {
    let index = Int((start &- UInt(header.pointee.slice_start)) &>> sliceShift)
    if index >= rowCount || index + byteCount &>> Int(sliceShift) > rowCount { return nil }
    return UnsafeMutableRawPointer(swiftmalloc_live_memory()).unsafelyUnwrapped
      + Int(SWIFTMALLOC_LIVE_SLICE_OFFSET) + index
  }
}
