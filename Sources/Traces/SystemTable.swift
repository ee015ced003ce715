// A table in memory of its own, whose end is made accessible as it grows. Elements never move, so they
// are read without a lock; whoever grows it holds the lock of the table's user.
//
//   | guard | element element …    (not committed)    | guard |
//
// The source is always the system: these tables serve the whole process.

import Platform
import Synchronization

package struct SystemTable<Element: ~Copyable>: ~Copyable {
  private var start: UInt = 0
  private var committedCount = 0
  private var limit = 0

  // Two guard pages and the wish for few system calls.
  private static var stepByteCount: Int { 1 << 16 }

  package init() {}

  /// Reserves room for `count` elements, or for as many as the system allows, at least `least`.
  package mutating func reserve(count: Int, least: Int) -> Bool {
    // Under a limit of addresses the program needs them more.
    let most = System.addressLimit / 64 / MemoryLayout<Element>.stride
    var count = max(min(count, most), least)
    while count >= least {
      let byteCount = System.roundUpToPage(count * MemoryLayout<Element>.stride)
      if let mapping = SystemMemory.reserve(byteCount: byteCount + 2 * Self.stepByteCount) {
        SystemMemory.setDumped(false, mapping, byteCount: byteCount + 2 * Self.stepByteCount)
        start = mapping + UInt(Self.stepByteCount)
        limit = count
        return true
      }
      count /= 2
    }
    return false
  }

  /// Whether elements below `count` are, or could now be made, accessible.
  package mutating func extend(to count: Int) -> Bool {
    if count <= committedCount { return true }
    if count > limit { return false }
    let stride = MemoryLayout<Element>.stride
    let old = (committedCount * stride + Self.stepByteCount - 1) & ~(Self.stepByteCount - 1)
    let new = (count * stride + Self.stepByteCount - 1) & ~(Self.stepByteCount - 1)
    if new > old {
      if !SystemMemory.commit(start + UInt(old), byteCount: new - old) { return false }
      SystemMemory.setDumped(true, start + UInt(old), byteCount: new - old)
    }
    committedCount = new / stride
    return true
  }

  /// Bytes that are accessible.
  package var committedBytes: Int { committedCount * MemoryLayout<Element>.stride }

  /// The addresses that it holds, used or not.
  package var addresses: (start: UInt, byteCount: Int) {
    (start, System.roundUpToPage(limit * MemoryLayout<Element>.stride))
  }

  @inline(__always)
  package var elements: UnsafeMutablePointer<Element> {
    UnsafeMutablePointer(bitPattern: start).unsafelyUnwrapped
  }
}
