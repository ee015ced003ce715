// The heaps that the program made, a row for each while there are rows. The amounts are written by who changes them, under the
// heap's own lock or by its only thread; what a row says of a heap that nobody uses stays right.

import CShims
import Platform

package enum LiveHeaps {
  package typealias Row = UnsafeMutablePointer<swiftmalloc_live_heap>

  // A bit for each row, set while a heap has it.
  nonisolated(unsafe) private static var taken = InlineArray<16, UInt64>(repeating: 0)

  private static var header: UnsafeMutablePointer<swiftmalloc_live_header> {
    swiftmalloc_live_header_now().unsafelyUnwrapped
  }

  /// A row for a new heap, with its number, which is above 0; nil when calls are not counted, and without room. Under the
  /// lock of the heaps, as all of these.
  package static func take(
    handle: UInt, flags: UInt32, limit: Int, name: UnsafePointer<CChar>
  ) -> (number: UInt16, row: Row)? {
    if !LiveCounts.isOn { return nil }
    guard let index = freeIndex() else {
      header.pointee.heaps_unlisted += 1
      return nil
    }
    let row = swiftmalloc_live_heap_row(index).unsafelyUnwrapped
    if swiftmalloc_live_populate(row, MemoryLayout<swiftmalloc_live_heap>.stride) == 0 {
      header.pointee.heaps_unlisted += 1
      return nil
    }
    taken[index / 64] |= 1 << UInt64(index % 64)
    row.pointee = swiftmalloc_live_heap()
    row.pointee.flags = flags
    row.pointee.limit = limit == .max ? .max : UInt64(limit)
    row.pointee.made_boot_ns = swiftmalloc_boot_ns()
    copy(name, to: &row.pointee.name)
    row.pointee.handle = UInt64(handle)
    header.pointee.heap_row_end = max(header.pointee.heap_row_end, UInt64(index + 1))
    return (UInt16(index + 1), row)
  }

  private static func freeIndex() -> Int? {
    for word in 0..<16 where taken[word] != .max {
      return word * 64 + (~taken[word]).trailingZeroBitCount
    }
    return nil
  }

  private static func copy<Field>(_ name: UnsafePointer<CChar>, to field: inout Field) {
    withUnsafeMutableBytes(of: &field) { bytes in
      var index = 0
      while index < bytes.count - 1, name[index] != 0 {
        bytes[index] = UInt8(bitPattern: name[index])
        index += 1
      }
    }
  }

  /// The row of that number; nil for 0, which is none.
  @inline(__always)
  package static func row(_ number: UInt16) -> Row? {
    number == 0 ? nil : swiftmalloc_live_heap_row(Int(number) - 1)
  }

  /// The heap of that row serves no allocation any more.
  package static func markAsDeleted(_ number: UInt16) {
    row(number)?.pointee.flags |= UInt32(SWIFTMALLOC_LIVE_HEAP_DELETED)
  }

  /// The heap has ended: another one may have its row. One without a row has the number 0.
  package static func leave(_ number: UInt16) {
    guard LiveCounts.isOn else { return }
    guard let row = row(number) else {
      header.pointee.heaps_unlisted &-= 1
      return
    }
    row.pointee.handle = 0
    let index = Int(number) - 1
    taken[index / 64] &= ~(1 << UInt64(index % 64))
  }
}
