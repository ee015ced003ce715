// Which pages of a process may hold words of its own, by /proc/PID/pagemap (admin-guide/mm/pagemap.rst): 8 bytes for each page,
// of which bit 63 says that it is in memory, bit 62 that it is swapped out, and bit 61 that it is a file's. A gibibyte is 2 MiB
// of entries and some milliseconds.
//
//   no file             pages that were ever used
//   private, of a file  pages that the process wrote to: they are no longer the file's
//   shared, in memory   what was ever written, also by another process, where the system tells us
//   shared, of a file   pages that are in memory
//
// To read another page would make it exist, or fetch it from a disk: a process with a large shared memory would grow by that.

import Glibc

package final class TouchedPages: Sendable {
  private let process: pid_t
  private let file: Int32
  private let pageSize: UInt64

  private static let entriesAtATime: UInt64 = 1 << 15
  // lseek(2)
  private static let seekData: Int32 = 3
  private static let seekHole: Int32 = 4

  /// Nil when the system does not let us look.
  package init?(process: pid_t) {
    self.process = process
    file = open("/proc/\(process)/pagemap", O_RDONLY | O_CLOEXEC)
    if file < 0 { return nil }
    pageSize = UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }

  deinit { close(file) }

  /// The parts of `range`, which lies in `mapping`, on such pages, whole pages each. Where the system does not say it is all of
  /// it.
  package func parts(of range: Range<UInt64>, in mapping: TargetMapping) -> [Range<UInt64>] {
    if mapping.isShared, mapping.isInMemory, let parts = writtenParts(of: mapping) {
      return parts.filter { $0.overlaps(range) }.map { $0.clamped(to: range) }
    }
    let isCopied = mapping.inode != 0 && !mapping.isShared
    return parts(of: range) { entry in
      entry >> 62 != 0 && !(isCopied && entry >> 61 & 1 == 1)
    }
  }

  /// The parts of `range`, memory without a file, on pages that were ever used.
  package func parts(of range: Range<UInt64>) -> [Range<UInt64>] {
    parts(of: range) { $0 >> 62 != 0 }
  }

  private func parts(
    of range: Range<UInt64>, where isWanted: (UInt64) -> Bool
  ) -> [Range<UInt64>] {
    var parts: [Range<UInt64>] = []
    var page = range.lowerBound / pageSize
    let end = (range.upperBound + pageSize - 1) / pageSize
    var entries = [UInt64](repeating: 0, count: Int(min(Self.entriesAtATime, end - page)))
    while page < end {
      let wanted = Int(min(end - page, Self.entriesAtATime))
      let count = entries.withUnsafeMutableBytes {
        pread(file, $0.baseAddress, wanted * 8, off_t(page * 8))
      }
      if count < 8 {
        parts.append(page * pageSize..<end * pageSize)
        break
      }
      for index in 0..<UInt64(count / 8) where isWanted(entries[Int(index)]) {
        let start = (page + index) * pageSize
        if let last = parts.last, last.upperBound == start {
          parts[parts.count - 1] = last.lowerBound..<start + pageSize
        } else {
          parts.append(start..<start + pageSize)
        }
      }
      page += UInt64(count / 8)
    }
    return parts
  }

  // What is no hole of the file in memory. Nil where the system does not let us open it (map_files in proc(5) needs
  // CAP_CHECKPOINT_RESTORE), or its kind of file does not say.
  private func writtenParts(of mapping: TargetMapping) -> [Range<UInt64>]? {
    let ends = [mapping.start, mapping.end].map { String($0, radix: 16) }
    let path = "/proc/\(process)/map_files/\(ends[0])-\(ends[1])"
    let shared = open(path, O_RDONLY | O_CLOEXEC)
    if shared < 0 { return nil }
    defer { close(shared) }
    let first = off_t(mapping.fileOffset)
    let last = first + off_t(mapping.end - mapping.start)
    var parts: [Range<UInt64>] = []
    var place = first
    while place < last {
      let start = lseek(shared, place, Self.seekData)
      if start < 0 { return errno == ENXIO ? parts : nil }
      let end = lseek(shared, start, Self.seekHole)
      if start >= last { return parts }
      if end <= start { return nil }
      parts.append(
        mapping.start + UInt64(start - first)..<mapping.start + UInt64(min(end, last) - first))
      place = end
    }
    return parts
  }
}
