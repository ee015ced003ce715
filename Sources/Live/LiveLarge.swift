// The rows of large blocks: address, lengths, age and thread of each. Which are taken is kept apart from them, a bit each;
// rows are taken about lowest first. A block without a row is only counted. There is no lock: a signal handler that
// interrupts this file allocates and frees large blocks itself.

import CShims
import Platform

package enum LiveLarge {
  /// Bits of the rows, in words.
  private static let wordCount = Int(SWIFTMALLOC_LIVE_LARGE_BLOCKS) / 64
  /// The word where to begin to look, of no order with the bits.
  nonisolated(unsafe) private static var firstFree = 0
  private static let rowsOfPage = 64

  private static var header: UnsafeMutablePointer<swiftmalloc_live_header> {
    swiftmalloc_live_header_now().unsafelyUnwrapped
  }

  /// Lists a new block; what `remove` and `change` want to be told, 0 when it has no row.
  package static func add(_ address: UInt, requested: Int, given: Int) -> UInt32 {
    _ = swiftmalloc_add(&header.pointee.large_count, 1)
    guard let index = takeRow() else {
      _ = swiftmalloc_add(&header.pointee.large_unlisted, 1)
      return 0
    }
    let row = swiftmalloc_live_large_row(index).unsafelyUnwrapped
    row.pointee.requested_bytes = UInt64(requested)
    row.pointee.given_bytes = UInt64(given)
    row.pointee.allocated_boot_ns = swiftmalloc_boot_ns()
    row.pointee.thread_id = swiftmalloc_thread_id()
    row.pointee.address = UInt64(address)
    return UInt32(index) + 1
  }

  private static func takeRow() -> Int? {
    let begin = firstFree
    for step in 0..<wordCount {
      let word = (begin + step) % wordCount
      while true {
        let free = ~swiftmalloc_large_rows_taken(word)
        if free == 0 { break }
        let index = word * 64 + free.trailingZeroBitCount
        if !populate(index) { return nil }
        if swiftmalloc_take_large_row(index) != 0 {
          firstFree = word
          return index
        }
      }
    }
    return nil
  }

  private static func populate(_ index: Int) -> Bool {
    if index < Int(header.pointee.large_row_end) { return true }
    let first = index & ~(rowsOfPage - 1)
    let byteCount = rowsOfPage * MemoryLayout<swiftmalloc_live_large>.stride
    if swiftmalloc_live_populate(swiftmalloc_live_large_row(first), byteCount) == 0 { return false }
    swiftmalloc_raise(&header.pointee.large_row_end, UInt64(first + rowsOfPage))
    return true
  }

  /// The block has another length now.
  package static func change(_ number: UInt32, requested: Int, given: Int) {
    if number == 0 { return }
    let row = swiftmalloc_live_large_row(Int(number) - 1).unsafelyUnwrapped
    row.pointee.requested_bytes = UInt64(requested)
    row.pointee.given_bytes = UInt64(given)
  }

  /// The block is freed.
  package static func remove(_ number: UInt32) {
    _ = swiftmalloc_add(&header.pointee.large_count, .max)
    if number == 0 {
      _ = swiftmalloc_add(&header.pointee.large_unlisted, .max)
      return
    }
    let index = Int(number) - 1
    swiftmalloc_live_large_row(index).pointee.address = 0
    swiftmalloc_leave_large_row(index)
    if index / 64 < firstFree { firstFree = index / 64 }
  }

  /// The block at `address` is freed, whose row nobody remembers: looks at each, which is for debug heaps.
  package static func remove(at address: UInt) {
    var number: UInt32 = 0
    for index in 0..<Int(header.pointee.large_row_end)
    where swiftmalloc_live_large_row(index).pointee.address == UInt64(address) {
      if swiftmalloc_clear_large_row(index, UInt64(address)) != 0 {
        number = UInt32(index) + 1
        break
      }
    }
    remove(number)
  }

  // MARK: fork

  /// The rows are a copy that was made a moment before the bits'.
  static func finishForkInChild() {
    var count = header.pointee.large_unlisted
    for index in 0..<Int(header.pointee.large_row_end) {
      if swiftmalloc_large_rows_taken(index / 64) &>> UInt64(index % 64) & 1 == 0 {
        swiftmalloc_live_large_row(index).pointee.address = 0
      } else {
        count += 1
      }
    }
    header.pointee.large_count = count
  }
}
