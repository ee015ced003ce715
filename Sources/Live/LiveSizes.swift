// How many small blocks of each length the program has, noted whenever they take more memory than ever by a step: the last
// note is of the peak, or not far from it. A walk over all small blocks, which is only taken where somebody wants it
// (SWIFTMALLOC_BLOCK_SIZES, or a reader of the file who writes size_wanted). The heap walks, and tells what it finds.

import CShims
import Platform

package enum LiveSizes {
  private static var header: UnsafeMutablePointer<swiftmalloc_live_header> {
    swiftmalloc_live_header_now().unsafelyUnwrapped
  }

  private static let rowCount = Int(SWIFTMALLOC_LIVE_SIZES)
  private static let rowShift = 4

  /// Only in a process that counts.
  @inline(__always)
  package static var areWanted: Bool { header.pointee.size_wanted != 0 }

  /// Whether to note them, when live small blocks take so many bytes. All notes together cost 64 times as much as the last.
  package static func isTime(blockBytes: Int) -> Bool {
    let last = Int(clamping: header.pointee.size_block_bytes)
    return blockBytes > last + last / 64
  }

  /// Begins a note; false where there is no memory for it. Nobody else may note until `end`.
  package static func begin() -> Bool {
    let rows = swiftmalloc_live_sizes().unsafelyUnwrapped
    if header.pointee.size_version == 0,
      swiftmalloc_live_populate(rows, rowCount * MemoryLayout<UInt64>.stride) == 0
    {
      header.pointee.size_wanted = 0
      return false
    }
    swiftmalloc_raise_version(&header.pointee.size_version)
    for row in 0..<rowCount { rows[row] = 0 }
    header.pointee.size_block_bytes = 0
    header.pointee.size_requested_bytes = 0
    return true
  }

  /// A live block for which `requested` bytes were asked; `needed`, up to the longest small block's, are those for which its
  /// length is the shortest.
  @inline(__always)
  package static func add(requested: UInt, needed: UInt, blockSize: UInt) {
    let row = Int(bitPattern: max(needed, 1) &- 1) &>> rowShift
    if row >= rowCount { return }
    swiftmalloc_live_sizes().unsafelyUnwrapped[row] &+= 1
    header.pointee.size_block_bytes &+= UInt64(blockSize)
    header.pointee.size_requested_bytes &+= UInt64(requested)
  }

  package static func end() { swiftmalloc_raise_version(&header.pointee.size_version) }

  /// Of a process that counts: blocks by their length, as of the last note; nil when there is none.
  package static func forEachRow(_ body: (_ byteCount: Int, _ count: Int) -> Void) {
    for row in 0..<rowCount {
      let count = Int(clamping: swiftmalloc_live_sizes().unsafelyUnwrapped[row])
      if count > 0 { body((row + 1) << rowShift, count) }
    }
  }

  /// Bytes of the blocks of the last note, and bytes asked for; nil when there is none.
  package static var noted: (blockBytes: Int, requestedBytes: Int)? {
    if header.pointee.size_version == 0 { return nil }
    return (
      Int(clamping: header.pointee.size_block_bytes),
      Int(clamping: header.pointee.size_requested_bytes)
    )
  }

  /// A child of fork has a peak of its own.
  static func finishForkInChild() {
    header.pointee.size_version = 0
    header.pointee.size_block_bytes = 0
  }
}
