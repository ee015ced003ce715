// How much of the heap lies in memory: /proc/PID/pagemap has 8 bytes for each OS page, of which bit 63 says that it is
// present. The ranges are the arenas' committed parts and the large blocks, as the process published them. What
// cannot be looked up (mappings of freed large blocks, large blocks without a row, the heap's records) counts whole.
//
// A gibibyte is 2 MiB of entries and some milliseconds. A damaged file can claim everything: ranges that are more than
// the process has mapped, or more than a tebibyte, are not looked at.

import CShims
import Glibc

/// Counts present pages of a process' heap.
package struct ResidentPages {
  private static let entriesAtATime = 1 << 16
  private static let greatestBytes = 1 << 40

  private let descriptor: Int32
  private let pageSize: Int

  /// Resident bytes of the heap of a running process; nil when the system does not let us look.
  package static func heapBytes(of snapshot: Snapshot, root: String = "/proc") -> Int? {
    if snapshot.isDebugHeap {
      return snapshot[SWIFTMALLOC_LIVE_RESIDENT].now +| snapshot[SWIFTMALLOC_LIVE_OVERHEAD].now
    }
    let path = "\(root)/\(snapshot.processID)/pagemap"
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let pages = ResidentPages(descriptor: descriptor, pageSize: snapshot.pageSize)

    var ranges = snapshot.arenas.map { ($0.start, $0.committedBytes) }
    ranges += snapshot.large.map { ($0.address, $0.givenBytes) }
    let mapped = ProcessFacts(root: root).mappedBytes(snapshot.processID) ?? 0
    guard ranges.map(\.1).boundedSum <= min(greatestBytes, mapped) else { return nil }
    var bytes = 0
    for (start, count) in ranges {
      guard let present = pages.presentBytes(start, count) else { return nil }
      bytes = bytes +| present
    }
    let listed = snapshot.large.map(\.givenBytes).boundedSum
    let unlisted = (snapshot[SWIFTMALLOC_LIVE_LARGE_BYTES].now -| listed).atLeastZero
    return bytes +| (snapshot.largeUnlisted > 0 ? unlisted : 0)
      +| snapshot[SWIFTMALLOC_LIVE_LARGE_CACHED].now +| snapshot[SWIFTMALLOC_LIVE_METADATA].now
  }

  private func presentBytes(_ start: UInt64, _ count: Int) -> Int? {
    let first = start / UInt64(pageSize)
    let (end, overflows) = start.addingReportingOverflow(UInt64(count.atLeastZero))
    // Beyond what a process can have.
    guard !overflows, end < 1 << 57 else { return nil }
    let last = (end + UInt64(pageSize) - 1) / UInt64(pageSize)
    var page = first
    var present = 0
    var entries = [UInt64](repeating: 0, count: ResidentPages.entriesAtATime)
    while page < last {
      let wanted = Int(min(last - page, UInt64(ResidentPages.entriesAtATime)))
      let read = entries.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, wanted * 8, off_t(page * 8))
      }
      // Nothing: above the last address of the process.
      guard read >= 0 else { return nil }
      if read == 0 { break }
      let got = read / 8
      entries.withUnsafeBufferPointer { all in
        for index in 0..<got where all[index] >> 63 != 0 { present += 1 }
      }
      page += UInt64(got)
      if got == 0 { break }
    }
    return present *| pageSize
  }
}
