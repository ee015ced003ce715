// From any address to the record of its slice, in constant time and without touching memory that
// may not be there:
//
//   window             one table of records for the addresses where mmap places everything, up to 1 TiB
//   address            0000 rrrr ssss oooo      r: region of 4 GiB, s: slice in it, o: offset in the slice
//   root[r] → leaf     outside of the window, or null         65536 pointers, static, mostly untouched
//   leaf[s] → SpanRecord               65536 records, 4 MiB of sparse memory for each 4 GiB in use
//
// The window is made once, before any address is covered. Its table may be read everywhere, and written
// where addresses were covered: nothing is charged for the rest. Leaves are published once and never
// go away. Reading needs no lock.

import CShims
import Platform
import Synchronization

@usableFromInline
package enum PageMap {
  @inlinable @inline(__always)
  package static var sliceShift: UInt { 16 }
  /// Bytes of a slice, at least one page on every system (64 KiB).
  package static let sliceSize = 1 << 16
  package static let sliceMask = UInt(sliceSize - 1)
  static let regionShift: UInt = 32
  static let regionCount = UInt(SWIFTMALLOC_PAGE_MAP_REGIONS)
  static let leafByteCount = 65536 * MemoryLayout<SpanRecord>.stride

  /// The record of the slice that holds `address`; nil outside of the window.
  @inlinable @inline(__always)
  package static func windowRecord(_ address: UInt) -> UnsafeMutablePointer<SpanRecord>? {
    record(address, in: swiftmalloc_window().unsafelyUnwrapped)
  }

  /// As `windowRecord`, for the fast paths: nil in a process that counts calls.
  @inline(__always)
  package static func fastRecord(_ address: UInt) -> UnsafeMutablePointer<SpanRecord>? {
    record(address, in: swiftmalloc_fast_window().unsafelyUnwrapped)
  }

  /// What `body` says of the record that `fastRecord` finds; false where it finds none.
  @inline(__always)
  package static func withFastRecord(
    _ address: UInt, _ body: (UnsafeMutablePointer<SpanRecord>) -> Bool
  ) -> Bool { isTrue(address, in: swiftmalloc_fast_window().unsafelyUnwrapped, body) }

  /// As `withFastRecord`, of the record that `windowRecord` finds.
  @inlinable @inline(__always)
  package static func withWindowRecord(
    _ address: UInt, _ body: (UnsafeMutablePointer<SpanRecord>) -> Bool
  ) -> Bool { isTrue(address, in: swiftmalloc_window().unsafelyUnwrapped, body) }

  /// As `withFastRecord`, for frees that are told a size: false, too, where the program has a free or an operator delete of
  /// its own.
  @inline(__always)
  package static func withSizedRecord(
    _ address: UInt, _ body: (UnsafeMutablePointer<SpanRecord>) -> Bool
  ) -> Bool { isTrue(address, in: swiftmalloc_sized_window().unsafelyUnwrapped, body) }

  // An optional record would be compared with null once more.
  @inlinable @inline(__always)
  static func isTrue(
    _ address: UInt, in window: UnsafePointer<swiftmalloc_page_window>,
    _ body: (UnsafeMutablePointer<SpanRecord>) -> Bool
  ) -> Bool {
    let slice = (address &- window.pointee.start) &>> sliceShift
    if slice >= window.pointee.slice_count { return false }
    return body(element(slice, of: window))
  }

  @inlinable @inline(__always)
  static func record(
    _ address: UInt, in window: UnsafePointer<swiftmalloc_page_window>
  ) -> UnsafeMutablePointer<SpanRecord>? {
    let slice = (address &- window.pointee.start) &>> sliceShift
    if slice >= window.pointee.slice_count { return nil }
    return element(slice, of: window)
  }

  @inlinable @inline(__always)
  static func element(
    _ slice: UInt, of window: UnsafePointer<swiftmalloc_page_window>
  ) -> UnsafeMutablePointer<SpanRecord> {
    let stride = UInt(bitPattern: MemoryLayout<SpanRecord>.stride)
    return UnsafeMutablePointer(bitPattern: window.pointee.records &+ slice &* stride)
      .unsafelyUnwrapped
  }

  /// The record of the slice that holds `address`; nil where we never had memory nearby.
  @inline(__always)
  package static func record(_ address: UInt) -> UnsafeMutablePointer<SpanRecord>? {
    windowRecord(address) ?? leafRecord(address)
  }

  private static func leafRecord(_ address: UInt) -> UnsafeMutablePointer<SpanRecord>? {
    let region = address &>> regionShift
    if region >= regionCount { return nil }
    guard let leaf = swiftmalloc_page_map_root()[Int(bitPattern: region)] else { return nil }
    let slice = Int(bitPattern: (address &>> sliceShift) & 0xffff)
    return leaf.assumingMemoryBound(to: SpanRecord.self) + slice
  }

  /// The record of a slice that is known to be ours.
  @inline(__always)
  package static func knownRecord(_ address: UInt) -> UnsafeMutablePointer<SpanRecord> {
    record(address).unsafelyUnwrapped
  }

  /// Makes sure that the addresses have records. False when there is no memory for them, or when
  /// they lie above the 48 bits that the map covers.
  package static func cover<Pages: PageSource>(_ start: UInt, byteCount: Int, pages: Pages) -> Bool
  {
    let last = start + UInt(byteCount) - 1
    if last >> regionShift >= regionCount { return false }
    var address = start
    while address <= last {
      if windowRecord(address) != nil {
        guard let end = makeWritable(address) else { return false }
        address = end
      } else {
        if !makeLeaf(address >> regionShift, pages) { return false }
        address = (address >> regionShift + 1) << regionShift
      }
    }
    return true
  }

  private static func makeLeaf<Pages: PageSource>(_ region: UInt, _ pages: Pages) -> Bool {
    let slot = UnsafeMutableRawPointer(swiftmalloc_page_map_root() + Int(region))
      .assumingMemoryBound(to: Atomic<UInt>.self)
    if slot.pointee.load(ordering: .relaxed) != 0 { return true }
    guard let leaf = pages.allocateSparse(byteCount: leafByteCount) else { return false }
    // A huge page here would make 2 MiB resident for the sake of one record.
    pages.useHugePages(false, leaf, byteCount: leafByteCount)
    // Release: partner is the address dependency of every look-up.
    SharedCounters.count(.pageMap)
    let (won, _) = slot.pointee.compareExchange(
      expected: 0, desired: leaf, ordering: .acquiringAndReleasing)
    if !won { _ = pages.release(leaf, byteCount: leafByteCount) }
    return true
  }
}
