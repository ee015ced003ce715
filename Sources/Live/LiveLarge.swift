// The rows of large blocks: address, lengths, age and thread of each. Rows are taken lowest first; which are free is kept
// apart from them. A block without a row is only counted.

import CShims
import Platform

package enum LiveLarge {
  private static let lock = Lock()
  /// Bit set: the row is taken.
  nonisolated(unsafe) private static var taken = InlineArray<256, UInt64>(repeating: 0)
  /// No word below it has a free row.
  nonisolated(unsafe) private static var firstFree = 0
  private static let rowsOfPage = 64

  private static var header: UnsafeMutablePointer<swiftmalloc_live_header> {
    swiftmalloc_live_header_now().unsafelyUnwrapped
  }

  /// Lists a new block; what `remove` and `change` want to be told, 0 when it has no row.
  package static func add(_ address: UInt, requested: Int, given: Int) -> UInt32 {
    lock.lock()
    defer { lock.unlock() }
    header.pointee.large_count += 1
    guard let index = freeRow() else {
      header.pointee.large_unlisted += 1
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

  private static func freeRow() -> Int? {
    while firstFree < taken.count && taken[firstFree] == .max { firstFree += 1 }
    if firstFree == taken.count { return nil }
    let bit = (~taken[firstFree]).trailingZeroBitCount
    let index = firstFree * 64 + bit
    if index >= Int(header.pointee.large_row_end) {
      let page = swiftmalloc_live_large_row(index & ~(rowsOfPage - 1)).unsafelyUnwrapped
      let byteCount = rowsOfPage * MemoryLayout<swiftmalloc_live_large>.stride
      if swiftmalloc_live_populate(page, byteCount) == 0 { return nil }
      header.pointee.large_row_end = UInt64(index | (rowsOfPage - 1)) + 1
    }
    taken[firstFree] |= 1 << UInt64(bit)
    return index
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
    lock.lock()
    defer { lock.unlock() }
    header.pointee.large_count -= 1
    if number == 0 {
      header.pointee.large_unlisted -= 1
      return
    }
    let index = Int(number) - 1
    swiftmalloc_live_large_row(index).pointee.address = 0
    taken[index / 64] &= ~(1 << UInt64(index % 64))
    firstFree = min(firstFree, index / 64)
  }

  // MARK: fork

  static func prepareFork() { lock.lock() }
  static func finishForkInParent() { lock.unlock() }
  static func finishForkInChild() { lock.reset() }
}
