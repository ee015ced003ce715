// Which pages of a process lie in memory: /proc/PID/pagemap has 8 bytes for each OS page, of which bit 63 says that it is
// present. A gibibyte is 2 MiB of entries and some milliseconds.

import Glibc

/// Counts present pages of a process.
struct PresentPages: ~Copyable {
  private static let entriesAtATime = 1 << 16
  /// Beyond what a process can have.
  private static let addressLimit: UInt64 = 1 << 57

  private let descriptor: Int32
  private let pageSize: Int
  private var entries = [UInt64](repeating: 0, count: entriesAtATime)

  /// Nil when the system does not let us look.
  init?(_ processID: Int32, pageSize: Int, root: String) {
    let descriptor = open("\(root)/\(processID)/pagemap", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    self.pageSize = pageSize
  }

  deinit { close(descriptor) }

  /// Bytes of the present pages between two addresses; nil when the system does not say.
  mutating func bytes(_ start: UInt64, _ count: Int) -> Int? {
    var sum = 0
    let isKnown = forEachPart(start, count, of: max(count, pageSize)) { sum = sum +| $1 }
    return isKnown ? sum : nil
  }

  /// Calls `body` with the number of each part of `partBytes` bytes, and bytes of present pages in it, perhaps in several
  /// calls for one part. False when the system does not say. Nothing is said of what is above the last address of a process.
  mutating func forEachPart(
    _ start: UInt64, _ count: Int, of partBytes: Int, _ body: (Int, Int) -> Void
  ) -> Bool {
    let (end, overflows) = start.addingReportingOverflow(UInt64(count.atLeastZero))
    guard !overflows, end < PresentPages.addressLimit else { return false }
    let first = start / UInt64(pageSize)
    let last = (end + UInt64(pageSize) - 1) / UInt64(pageSize)
    let pagesOfPart = max(partBytes / pageSize, 1)
    var page = first
    while page < last {
      let wanted = Int(min(last - page, UInt64(PresentPages.entriesAtATime)))
      let file = descriptor
      let read = entries.withUnsafeMutableBytes {
        pread(file, $0.baseAddress, wanted * 8, off_t(page * 8))
      }
      guard read >= 0 else { return false }
      let got = read / 8
      if got == 0 { break }
      var index = 0
      while index < got {
        let part = (Int(page - first) + index) / pagesOfPart
        let partEnd = min((part + 1) * pagesOfPart - Int(page - first), got)
        var present = 0
        for entry in entries[index..<partEnd] where entry >> 63 != 0 { present += 1 }
        body(part, present * pageSize)
        index = partEnd
      }
      page += UInt64(got)
    }
    return true
  }
}
