// A table whose length nobody knows in advance, in segments of one length, each in memory of its own. A segment is
// reserved when the one before is full, and made accessible as it fills. Elements never move, so they are read without a lock; whoever
// grows it holds the lock of the table's user.
//
//   directory   | guard | segment 0 | segment 1 | 0 … | guard |      an index is a segment's number above `shift` bits
//   segment     | guard | element element …    (not committed)    | guard |
//
// The source is always the system, as of SystemTable: reserved addresses count against a limit that the program may set later.

import Platform

package struct SegmentedTable<Element: ~Copyable>: ~Copyable {
  private var directory: UInt = 0
  private var shift = 0
  private var segmentCount = 0
  /// Elements that are accessible.
  private var committedCount = 0

  private static var segmentLimit: Int { 256 }
  private static var stepByteCount: Int { 1 << 16 }

  package init() {}

  /// Takes memory for the directory; false when there is none. A segment has at least `least` elements, a power of two, and as
  /// many as `longest` bytes hold.
  package mutating func start(least: Int, longest: Int = 16 << 20) -> Bool {
    let pageSize = System.pageSize
    guard let mapping = SystemMemory.reserve(byteCount: Self.directoryByteCount + 2 * pageSize),
      SystemMemory.commit(mapping + UInt(pageSize), byteCount: Self.directoryByteCount)
    else { return false }
    directory = mapping + UInt(pageSize)
    // Under a limit of addresses the program needs them more.
    let longest = min(longest, System.addressLimit / 64)
    shift = least.trailingZeroBitCount
    while MemoryLayout<Element>.stride << (shift + 1) <= longest { shift += 1 }
    return true
  }

  private static var directoryByteCount: Int {
    System.roundUpToPage(segmentLimit * MemoryLayout<UInt>.stride)
  }

  private var segments: UnsafeMutablePointer<UInt> {
    UnsafeMutablePointer(bitPattern: directory).unsafelyUnwrapped
  }

  /// Elements of a segment. Those behind the last index that is a multiple of it lie next to each other.
  package var segmentLength: Int { 1 << shift }

  @inline(__always)
  package func element(_ index: Int) -> UnsafeMutablePointer<Element> {
    let start = segments[index &>> shift]
    return UnsafeMutablePointer<Element>(bitPattern: start).unsafelyUnwrapped
      + (index & (1 &<< shift &- 1))
  }

  /// Where the accessible element ends in which an address lies; nil where there is none.
  package func elementEnd(_ address: UInt) -> UInt? {
    let stride = MemoryLayout<Element>.stride
    for index in 0..<segmentCount {
      let count = min(committedCount - index << shift, 1 << shift)
      let distance = address &- segments[index]
      if distance < UInt(count * stride) {
        return segments[index] + (distance / UInt(stride) + 1) * UInt(stride)
      }
    }
    return nil
  }

  /// Whether elements below `count` are, or could now be made, accessible.
  package mutating func extend(to count: Int) -> Bool {
    while count > committedCount {
      if committedCount == segmentCount << shift, !addSegment() { return false }
      if !commitStep() { return false }
    }
    return true
  }

  private mutating func addSegment() -> Bool {
    if segmentCount == Self.segmentLimit { return false }
    guard let mapping = SystemMemory.reserve(byteCount: segmentByteCount + 2 * Self.stepByteCount)
    else { return false }
    SystemMemory.setDumped(
      false, mapping, byteCount: segmentByteCount + 2 * Self.stepByteCount)
    segments[segmentCount] = mapping + UInt(Self.stepByteCount)
    segmentCount += 1
    return true
  }

  private mutating func commitStep() -> Bool {
    let stride = MemoryLayout<Element>.stride
    let first = (segmentCount - 1) << shift
    let old = Self.roundUpToStep((committedCount - first) * stride)
    let new = min(old + Self.stepByteCount, segmentByteCount)
    let start = segments[segmentCount - 1]
    if new > old {
      if !SystemMemory.commit(start + UInt(old), byteCount: new - old) { return false }
      SystemMemory.setDumped(true, start + UInt(old), byteCount: new - old)
    }
    committedCount = first + min(new / stride, 1 << shift)
    return true
  }

  private static func roundUpToStep(_ byteCount: Int) -> Int {
    (byteCount + stepByteCount - 1) & ~(stepByteCount - 1)
  }

  private var segmentByteCount: Int { Self.roundUpToStep(MemoryLayout<Element>.stride << shift) }

  /// Bytes that are accessible.
  package var committedBytes: Int { committedCount * MemoryLayout<Element>.stride }

  /// Calls `body` with the start and the length in bytes of the directory, and of each segment, used or not.
  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    if directory == 0 { return }
    body(directory, Self.directoryByteCount)
    for index in 0..<segmentCount { body(segments[index], segmentByteCount) }
  }

  /// Calls `body` with the start and the length in bytes of the accessible part of each segment.
  package func forEachCommitted(_ body: (UInt, Int) -> Void) {
    for index in 0..<segmentCount {
      let count = min(committedCount - index << shift, 1 << shift)
      body(segments[index], System.roundUpToPage(count * MemoryLayout<Element>.stride))
    }
  }
}
