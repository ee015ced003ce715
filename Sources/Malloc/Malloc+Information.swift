// malloc_trim, mallopt and the functions that tell what the heap holds: ours, so that a program does
// not talk to the C library's unused heap.

import CShims
import Heap
import Platform
import Statistics

extension Malloc {
  /// Gives all free memory back to the system; 1 when there was some. `pad` is not needed.
  /// malloc_trim(3).
  package static func trim() -> Int32 {
    guard let heap = Process.heap else { return 0 }
    return heap.trim() > 0 ? 1 : 0
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
    guard let heap = Process.heap else { return info }
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
    guard options == 0, let stream, let heap = Process.heap else { return invalid }
    heap.census().writeXML(to: stream)
    return 0
  }

  /// Prints the heap's state on standard error. malloc_stats(3).
  package static func stats() { Process.heap?.census().printTable() }
}
