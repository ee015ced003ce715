// Which pages of a process lie in memory, by /proc/PID/pagemap:
//
//   ioctl PAGEMAP_SCAN     since Linux 6.7; ranges of pages, without the page of zeros that the kernel shows where a program
//                          has only read
//   read                   elsewhere; 8 bytes for each OS page, of which bit 63 says that it is present. A gibibyte is 2 MiB of
//                          entries and some milliseconds; pages that were only read count

import CLive
import Glibc

/// Counts present pages of a process.
struct PresentPages: ~Copyable {
  private static let entriesAtATime = 1 << 16
  private static let rangesAtATime = 1 << 10
  private static let wordsOfRange = 3
  /// Beyond what a process can have.
  private static let addressLimit: UInt64 = 1 << 57

  private let descriptor: Int32
  private let pageSize: Int
  private var canScan = true
  private var words = [UInt64](repeating: 0, count: entriesAtATime)

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

  /// Calls `body` with the number of each part of `partBytes` bytes that has present pages, and their bytes, perhaps in
  /// several calls for one part. False when the system does not say.
  mutating func forEachPart(
    _ start: UInt64, _ count: Int, of partBytes: Int, _ body: (Int, Int) -> Void
  ) -> Bool {
    let (end, overflows) = start.addingReportingOverflow(UInt64(count.atLeastZero))
    guard !overflows, end < PresentPages.addressLimit else { return false }
    let page = UInt64(pageSize)
    let first = start / page * page
    let last = (end + page - 1) / page * page
    let part = max(partBytes / pageSize, 1) * pageSize
    if canScan {
      canScan = scan(first, last, part, body)
      if canScan { return true }
    }
    return read(first, last, part, body)
  }

  // False, and nothing done, when the system does not know the question.
  private mutating func scan(
    _ first: UInt64, _ last: UInt64, _ partBytes: Int, _ body: (Int, Int) -> Void
  ) -> Bool {
    var next = UInt(first)
    while next < last {
      let file = descriptor
      let found = words.withUnsafeMutableBytes {
        swiftmalloc_present_ranges(
          file, &next, UInt(last), $0.baseAddress, PresentPages.rangesAtATime)
      }
      if found < 0 { return false }
      for range in 0..<Int(found) {
        var address = words[range * PresentPages.wordsOfRange]
        let end = min(words[range * PresentPages.wordsOfRange + 1], last)
        while address < end {
          let part = Int(address - first) / partBytes
          let partEnd = min(first + UInt64((part + 1) * partBytes), end)
          body(part, Int(partEnd - address))
          address = partEnd
        }
      }
    }
    return true
  }

  private mutating func read(
    _ first: UInt64, _ last: UInt64, _ partBytes: Int, _ body: (Int, Int) -> Void
  ) -> Bool {
    let pagesOfPart = partBytes / pageSize
    var page = first / UInt64(pageSize)
    let begin = page
    let end = last / UInt64(pageSize)
    while page < end {
      let wanted = Int(min(end - page, UInt64(PresentPages.entriesAtATime)))
      let file = descriptor
      let read = words.withUnsafeMutableBytes {
        pread(file, $0.baseAddress, wanted * 8, off_t(page * 8))
      }
      guard read >= 0 else { return false }
      let got = read / 8
      // Above the last address of a process.
      if got == 0 { break }
      var index = 0
      while index < got {
        let part = (Int(page - begin) + index) / pagesOfPart
        let partEnd = min((part + 1) * pagesOfPart - Int(page - begin), got)
        var present = 0
        for entry in words[index..<partEnd] where entry >> 63 != 0 { present += 1 }
        if present > 0 { body(part, present * pageSize) }
        index = partEnd
      }
      page += UInt64(got)
    }
    return true
  }
}
