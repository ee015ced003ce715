// malloc_trim, mallopt and the functions that tell what the heap holds: ours, so that a program does
// not talk to the C library's unused heap.

import CShims
import DebugHeap
import Heap
import Live
import Heaps
import Platform
import Statistics

extension Malloc {
  /// The library has been loaded.
  package static func load() { Process.load() }

  /// Gives all free memory back to the system; 1 when there was some. `pad` is not needed.
  /// malloc_trim(3).
  package static func trim() -> Int32 { trimmedBytes() > 0 ? 1 : 0 }

  /// As `trim`; the bytes that went back.
  static func trimmedBytes() -> Int {
    guard case .production(let heap) = Process.active else { return 0 }
    var released = heap.trim()
    HeapTable.useEach { released += $0.trim() }
    return released
  }

  /// Takes note of nothing: 1, as glibc answers to what it knows and to what it ignores; 0 for the
  /// one value that glibc refuses, a limit for fast bins (M_MXFAST, 1) above 160. mallopt(3).
  package static func mallopt(_ parameter: Int32, _ value: Int32) -> Int32 {
    parameter == 1 && (value < 0 || value > 160) ? 0 : 1
  }

  /// mallinfo2(3). `arena` is memory of the size classes and medium blocks, `hblkhd` that of large
  /// blocks, `uordblks` and `fordblks` live and free bytes, `keepcost` what trimming would give.
  package static func mallinfo2() -> swiftmalloc_mallinfo2 {
    var info = swiftmalloc_mallinfo2()
    if case .debug(let heap) = Process.active {
      let statistics = heap.statistics()
      info.arena = statistics.residentBytes
      info.uordblks = statistics.requestedBytes
      info.fordblks = max(statistics.residentBytes - statistics.requestedBytes, 0)
      return info
    }
    guard case .production(let heap) = Process.active else { return info }
    let census = heap.census()
    info.arena = census.committedBytes - census.cleanBytes
    info.ordblks = census.classes[0].freeCount
    for index in 1..<census.classes.count { info.ordblks += census.classes[index].freeCount }
    info.hblks = census.largeCount
    info.hblkhd = census.largeBytes
    info.usmblks = census.peakBytes
    info.uordblks = census.smallBytes + census.mediumBytes
    info.fordblks = census.freeBytes
    info.keepcost = census.dirtyBytes + census.cachedLargeBytes
    return info
  }

  /// mallinfo(3): the same in 32 bits; what does not fit is the greatest number.
  package static func mallinfo() -> swiftmalloc_mallinfo {
    let wide = mallinfo2()
    return swiftmalloc_mallinfo(
      arena: Int32(clamping: wide.arena), ordblks: Int32(clamping: wide.ordblks), smblks: 0,
      hblks: Int32(clamping: wide.hblks), hblkhd: Int32(clamping: wide.hblkhd),
      usmblks: Int32(clamping: wide.usmblks), fsmblks: 0,
      uordblks: Int32(clamping: wide.uordblks), fordblks: Int32(clamping: wide.fordblks),
      keepcost: Int32(clamping: wide.keepcost))
  }

  /// Writes the heap's state as XML to a C stream: 0, or EINVAL for options other than 0 or no
  /// stream. malloc_info(3).
  package static func info(_ options: Int32, _ stream: Pointer?) -> Int32 {
    guard options == 0, let stream else { return invalid }
    switch Process.active {
    case .production(let heap):
      let census = heap.census(measuresResidency: true)
      census.writeXML(HeapLedger(census), to: stream)
    case .debug(let heap): heap.statistics().writeXML(to: stream)
    case .none: return invalid
    }
    return 0
  }

  /// Prints the heap's state on standard error. malloc_stats(3).
  package static func stats() {
    Process.printStatistics(isJSON: false, to: .descriptor(2))
  }

  /// What the heap holds, in the lines of the ledger; false when there is no heap. `swiftmalloc_statistics`.
  package static func statistics(
    _ result: UnsafeMutablePointer<swiftmalloc_statistics_lines>?
  ) -> Bool {
    guard let result, let ledger = Process.ledger else { return false }
    ledger.copy(to: result)
    return true
  }

  /// Looks at every block of the debug heap; the number of errors, each of which is reported. 0 in
  /// production.
  package static func check() -> Int32 {
    guard case .debug(let heap) = Process.active else { return 0 }
    return Int32(clamping: heap.checkAll("check"))
  }

  /// Counts and peaks begin again. `swiftmalloc_live_reset`.
  package static func resetCounts() {
    guard LiveCounts.isOn, !LiveThreads.isInCall else { return }
    if LiveThreads.resetCounts() { return }
    var message = Message()
    message.head("WARNING")
    message.text("swiftmalloc_live_reset: no room for the counts so far of all threads: they go on")
    message.endLine()
  }

  /// Prints what an address is: 1 in a live block, 2 in a freed one, 0 elsewhere. `swiftmalloc_describe`.
  package static func describe(_ address: UInt) -> Int32 {
    switch Process.active {
    case .production(let heap):
      guard let isLive = describe(address, heap) else { return 0 }
      return isLive ? 1 : 2
    case .debug(let heap): return heap.describe(address).rawValue
    case .none: return 0
    }
  }

  private static func describe(_ address: UInt, _ process: ProductionHeap) -> Bool? {
    let storage = UnsafeMutableRawPointer(process.storage)
    guard HeapTable.isUsed, let found = LibraryHeap.find(address, processHeap: storage) else {
      return process.describe(address)
    }
    return process.describe(address, found.block, heapName: found.heap.name)
  }

  /// The debug heap's three numbers; false in production.
  package static func debugStatistics(
    _ result: UnsafeMutablePointer<swiftmalloc_debug_statistics>?
  ) -> Bool {
    guard case .debug(let heap) = Process.active, let result else { return false }
    let statistics = heap.statistics()
    result.pointee.requested_bytes = statistics.requestedBytes
    result.pointee.resident_bytes = statistics.residentBytes
    result.pointee.overhead_bytes = statistics.overheadBytes
    return true
  }
}

extension HeapLedger {
  /// Its lines as the C structure.
  func copy(to result: UnsafeMutablePointer<swiftmalloc_statistics_lines>) {
    result.pointee.requested = self[.requested]
    result.pointee.rounding = self[.rounding]
    result.pointee.thread_caches = self[.threadCaches]
    result.pointee.central_lists = self[.centralLists]
    result.pointee.free_spans = self[.freeSpans]
    result.pointee.purgeable = self[.purgeable]
    result.pointee.metadata = self[.metadata]
    result.pointee.huge_pages = self[.hugePages]
    result.pointee.untouched = self[.untouched]
    result.pointee.resident = resident
    result.pointee.is_counted = isCounted ? 1 : 0
  }
}
