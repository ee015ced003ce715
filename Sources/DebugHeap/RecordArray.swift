// Records one behind the other, in a mapping between inaccessible pages. When it is full, one of twice the length takes its
// place: pointers to records end.

import Memory
import Platform

package struct RecordArray<Record: BitwiseCopyable, Pages: PageSource>: ~Copyable {
  private let pages: Pages
  private var mapping: UInt = 0
  private var capacity = 0
  package private(set) var count = 0

  private static var leastCapacity: Int { 64 }

  package init(pages: Pages) { self.pages = pages }

  private static func byteCount(_ capacity: Int) -> Int {
    System.roundUpToPage(capacity * MemoryLayout<Record>.stride)
  }

  private var records: UnsafeMutablePointer<Record> {
    UnsafeMutablePointer(bitPattern: mapping + UInt(System.pageSize)).unsafelyUnwrapped
  }

  package subscript(index: Int) -> UnsafeMutablePointer<Record> { records + index }

  /// Adds a record at the end; false when there is no memory for it.
  package mutating func append(_ record: Record) -> Bool {
    if count == capacity, !resize(max(capacity * 2, Self.leastCapacity)) { return false }
    (records + count).initialize(to: record)
    count += 1
    return true
  }

  private mutating func resize(_ newCapacity: Int) -> Bool {
    let byteCount = Self.byteCount(newCapacity)
    let guards = 2 * System.pageSize
    guard let new = pages.reserve(byteCount: byteCount + guards) else { return false }
    guard pages.commit(new + UInt(System.pageSize), byteCount: byteCount) else {
      _ = pages.release(new, byteCount: byteCount + guards)
      return false
    }
    let old = mapping
    let oldCapacity = capacity
    let oldRecords = oldCapacity == 0 ? nil : records
    mapping = new
    capacity = newCapacity
    if let oldRecords {
      records.initialize(from: oldRecords, count: count)
      _ = pages.release(old, byteCount: Self.byteCount(oldCapacity) + guards)
    }
    return true
  }

  /// Gives the memory back: there are no records any more.
  package mutating func releaseAll() {
    if capacity == 0 { return }
    _ = pages.release(mapping, byteCount: byteCount + 2 * System.pageSize)
    capacity = 0
    count = 0
  }

  /// The addresses of the array; none as long as there is none.
  package var addresses: (start: UInt, byteCount: Int)? {
    capacity == 0 ? nil : (mapping, byteCount + 2 * System.pageSize)
  }

  /// Bytes of the array.
  package var byteCount: Int { Self.byteCount(capacity) }

  /// Makes the records read-only, or writable again.
  package func setWritable(_ isWritable: Bool) {
    if capacity == 0 { return }
    _ = pages.setWritable(isWritable, mapping + UInt(System.pageSize), byteCount: byteCount)
  }
}
