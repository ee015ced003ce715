// The page map: the window's table, leaves outside of it, and what `cover` makes writable.

import CShims
import Memory
import Platform
import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct PageMapTests {
  private static let slice = UInt(PageMap.sliceSize)
  /// Addresses whose records become writable together.
  private static let chunk: UInt = 64 << 20
  private static let region: UInt = 1 << 32

  init() { TestWindow.make() }

  private var window: swiftmalloc_page_window { swiftmalloc_window().pointee }
  private var windowEnd: UInt { window.start + window.slice_count * Self.slice }

  /// Whether the record of `address` can be written to, as the kernel answers; it writes a zero.
  private func isWritable(_ address: UInt) -> Bool {
    guard let record = PageMap.record(address) else { return false }
    let zeros = open("/dev/zero", O_RDONLY)
    defer { close(zeros) }
    let count = read(zeros, UnsafeMutableRawPointer(record) + 63, 1)
    if count != 1 { #expect(errno == EFAULT) }
    return count == 1
  }

  private func isZero(_ address: UInt) -> Bool {
    UnsafeRawBufferPointer(start: PageMap.record(address), count: 64).allSatisfy { $0 == 0 }
  }

  @Test func windowIsWhereTheKernelPlacesMappings() {
    guard let mapping = SystemMemory.allocate(byteCount: 1 << 20) else {
      return #expect(Bool(false))
    }
    defer { SystemMemory.release(mapping, byteCount: 1 << 20) }
    #expect(PageMap.windowRecord(mapping) != nil)
    #expect(PageMap.windowRecord(window.records) != nil)
    // A leaf's region is either all inside or all outside.
    #expect(window.start % Self.region == 0 && windowEnd % Self.region == 0)
    #expect(windowEnd - window.start <= UInt(SWIFTMALLOC_WINDOW_CHUNKS) * Self.chunk)
    #expect(window.records % 64 == 0)
  }

  @Test func everySliceOfTheWindowHasARecordOfItsOwn() {
    let first = window.start
    for (address, index): (UInt, UInt) in [
      (first, 0), (first + 65535, 0), (first + 65536, 1), (first + 5 * Self.region, 5 * 65536),
      (windowEnd - 1, window.slice_count - 1),
    ] {
      let record = PageMap.windowRecord(address)
      #expect(UInt(bitPattern: record) == window.records + 64 * index)
      #expect(PageMap.record(address) == record)
    }
    let table = window.records..<window.records + 64 * window.slice_count
    for address in [table.lowerBound, table.upperBound - 1] { #expect(PageMap.isInTable(address)) }
    for address in [table.lowerBound - 1, table.upperBound, 0, .max] {
      #expect(!PageMap.isInTable(address))
    }
    for address in [first - 1, windowEnd, 0, 1 << 20, 1 << 48, .max] {
      #expect(PageMap.windowRecord(address) == nil, "\(address)")
    }
  }

  @Test func itIsMadeOnce() {
    let before = window
    PageMap.makeWindow()
    #expect(window.start == before.start && window.slice_count == before.slice_count)
    #expect(window.records == before.records)
  }

  /// At addresses where nothing is ever mapped in a test: the window's lowest.
  @Test func recordsInTheWindowAreReadableEverywhereAndWritableWhereCovered() {
    let pages = TestPages()
    // No leaf is asked for.
    pages.refuse(TestPages.Call.allCases, after: 0)
    let calls = pages.callCount
    let start = window.start + 10 * Self.chunk
    let inside = [start, start + Self.slice, start + Self.chunk - 1]
    let outside = [start - 1, start + Self.chunk]
    for address in inside + outside {
      #expect(isZero(address) && !isWritable(address))
    }
    #expect(PageMap.cover(start + 7 * Self.slice, byteCount: PageMap.sliceSize, pages: pages))
    for address in inside { #expect(isWritable(address)) }
    for address in outside { #expect(!isWritable(address)) }
    PageMap.knownRecord(start).pointee.start = 7
    #expect(PageMap.cover(start, byteCount: Int(Self.chunk), pages: pages))
    #expect(PageMap.knownRecord(start).pointee.start == 7 && !isWritable(start + Self.chunk))
    #expect(pages.callCount == calls)
  }

  @Test func coverReachesIntoEveryChunk() {
    let pages = TestPages()
    let start = window.start + 20 * Self.chunk
    #expect(
      PageMap.cover(
        start - Self.slice, byteCount: Int(2 * Self.chunk + 2 * Self.slice), pages: pages))
    let covered = [start - 1, start, start + Self.chunk, start + 2 * Self.chunk]
    for address in covered { #expect(isWritable(address)) }
    #expect(!isWritable(start - Self.chunk - 1) && !isWritable(start + 3 * Self.chunk))
    // A count that ends with a chunk does not touch the next one.
    #expect(PageMap.cover(start + 4 * Self.chunk, byteCount: Int(Self.chunk), pages: pages))
    #expect(isWritable(start + 4 * Self.chunk) && !isWritable(start + 5 * Self.chunk))
  }

  @Test func coverAcrossTheBordersOfTheWindow() {
    let pages = TestPages()
    for border in [window.start, windowEnd] {
      let below = border - Self.slice
      pages.refuse([.allocateSparse], after: 0)
      #expect(!PageMap.cover(below, byteCount: 2 * PageMap.sliceSize, pages: pages))
      pages.refuseNothing()
      #expect(PageMap.cover(below, byteCount: 2 * PageMap.sliceSize, pages: pages))
      #expect(isWritable(below) && isWritable(border))
      let isBelow = PageMap.windowRecord(below) != nil
      let isAbove = PageMap.windowRecord(border) != nil
      #expect(isBelow != isAbove)
    }
  }

  @Test func leavesServeWhatIsOutside() {
    let pages = TestPages()
    let region: UInt = 0x2f00_0000_0000
    #expect(PageMap.record(region + 5) == nil)
    pages.refuse([.allocateSparse], after: 0)
    #expect(!PageMap.cover(region - Self.slice, byteCount: 2 * PageMap.sliceSize, pages: pages))
    #expect(PageMap.record(region) == nil && PageMap.record(region - 1) == nil)
    // One leaf is given, that of the lower region.
    pages.refuse([.allocateSparse], after: 1)
    #expect(!PageMap.cover(region - Self.slice, byteCount: 2 * PageMap.sliceSize, pages: pages))
    #expect(isWritable(region - 1) && PageMap.record(region) == nil)
    pages.refuseNothing()
    #expect(PageMap.cover(region - Self.slice, byteCount: 2 * PageMap.sliceSize, pages: pages))
    for address in [region - 1, region, region + 5, region + Self.region - 1] {
      #expect(isWritable(address) && isZero(address) && PageMap.windowRecord(address) == nil)
    }
    #expect(PageMap.record(region + Self.region) == nil)
    let distance = UInt(bitPattern: PageMap.record(region + 9 * Self.slice))
    #expect(distance - UInt(bitPattern: PageMap.record(region)) == 9 * 64)
  }

  /// The table of a window is to be a small part of what the process may map.
  @Test func windowIsSmallUnderALimitOfAddresses() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(9), &limit)
      limit.rlim_cur = 4 << 30
      try #require(setrlimit(__rlimit_resource_t(9), &limit) == 0)
      System.initialize()
      try #require(System.addressLimit == 4 << 30)
      PageMap.makeWindow()
      // Less where twice the machine's memory is less.
      var byteCount: UInt = 1 << 34
      while byteCount < 256 << 30, byteCount < 2 * swiftmalloc_memory_size() { byteCount *= 2 }
      #expect(swiftmalloc_window().pointee.slice_count == byteCount >> 16)
      #expect(PageMap.windowRecord(swiftmalloc_window().pointee.records) != nil)
    }
  }

  @Test func withoutMemoryThereIsNoWindowAndLeavesServeAll() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(9), &limit)
      let usual = limit.rlim_cur
      limit.rlim_cur = 1 << 20
      let isLimited = setrlimit(__rlimit_resource_t(9), &limit) == 0
      PageMap.makeWindow()
      limit.rlim_cur = usual
      try #require(isLimited && setrlimit(__rlimit_resource_t(9), &limit) == 0)
      let window = swiftmalloc_window().pointee
      #expect(window.slice_count == 0 && window.records == 0)
      let mapping = try #require(SystemMemory.allocate(byteCount: 1 << 16))
      #expect(PageMap.windowRecord(mapping) == nil && PageMap.record(mapping) == nil)
      #expect(PageMap.windowRecord(0) == nil && PageMap.windowRecord(.max) == nil)
      #expect(PageMap.cover(mapping, byteCount: 1 << 16, pages: SystemPages()))
      PageMap.knownRecord(mapping).pointee.start = mapping
      #expect(PageMap.record(mapping | 0xffff)?.pointee.start == mapping)
    }
  }
}
