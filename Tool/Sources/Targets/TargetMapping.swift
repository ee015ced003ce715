// A line of /proc/PID/maps (proc(5)).

/// Addresses of a process with one kind of contents.
package struct TargetMapping: Equatable, Sendable {
  package let start: UInt64
  /// The first address behind it.
  package let end: UInt64
  package let isReadable: Bool
  package let isWritable: Bool
  package let isExecutable: Bool
  /// What is written there others see, too (MAP_SHARED).
  package let isShared: Bool
  /// Bytes from the beginning of the file.
  package let fileOffset: UInt64
  /// 0: no file.
  package let inode: UInt64
  /// Of the file as the process sees it, perhaps with " (deleted)"; "[heap]" and the like; empty: nothing is known.
  package let path: String

  package init(
    start: UInt64, end: UInt64, isReadable: Bool = true, isWritable: Bool = false,
    isExecutable: Bool = false, isShared: Bool = false, fileOffset: UInt64 = 0, inode: UInt64 = 0,
    path: String = ""
  ) {
    self.start = start
    self.end = end
    self.isReadable = isReadable
    self.isWritable = isWritable
    self.isExecutable = isExecutable
    self.isShared = isShared
    self.fileOffset = fileOffset
    self.inode = inode
    self.path = path
  }

  /// Nil for what is no such line.
  package init?(line: Substring) {
    // Behind the inode there are blanks up to the path, which may have some itself.
    let parts = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
    guard parts.count >= 5, parts[1].utf8.count >= 4 else { return nil }
    let range = parts[0].split(separator: "-")
    guard range.count == 2, let start = UInt64(range[0], radix: 16),
      let end = UInt64(range[1], radix: 16), start < end,
      let fileOffset = UInt64(parts[2], radix: 16), let inode = UInt64(parts[4])
    else { return nil }
    let rights = Array(parts[1].utf8)
    self.init(
      start: start, end: end, isReadable: rights[0] == UInt8(ascii: "r"),
      isWritable: rights[1] == UInt8(ascii: "w"), isExecutable: rights[2] == UInt8(ascii: "x"),
      isShared: rights[3] == UInt8(ascii: "s"), fileOffset: fileOffset, inode: inode,
      path: parts.count == 6 ? String(parts[5].drop { $0 == " " }) : "")
  }

  /// Shared memory without a file on a disk: memfd, /dev/shm, MAP_ANONYMOUS | MAP_SHARED, System V.
  package var isInMemory: Bool {
    ["/memfd:", "/dev/shm/", "/dev/zero", "/SYSV"].contains(where: path.hasPrefix)
  }

  /// All lines of such a file.
  package static func all(in text: String) -> [TargetMapping] {
    text.split(separator: "\n").compactMap { TargetMapping(line: $0) }
  }
}
