// Where the tables of a published file lie, checked against the file's length: after this, every offset that is read
// lies within the file, whatever the header says. A table is
//
//   offset … offset + rows in use × stride  ≤  length of the file
//
// and all tables together are at most 256 MiB, so that a false number cannot make the reader ask for all memory
// (the library's own limits, 4,096 threads, 16,384 large blocks and 4 Mi slices, are 21 MiB).

import CLive

struct LiveLayout {
  struct Table: Equatable {
    var offset: Int
    var count: Int
    var stride: Int

    var byteCount: Int { count * stride }
  }

  static let headerBytes = MemoryLayout<swiftmalloc_live_header>.size
  static let greatestBytes = 256 << 20

  let quantities: Table
  let calls: Table
  let classes: Table
  let arenas: Table
  let threads: Table
  let large: Table
  /// A byte for each slice from `sliceStart` on; none when the process does not tell.
  let slices: Table
  let sliceStart: UInt64
  /// Blocks by their length; none when the process has not noted them.
  let sizes: Table
  /// The heaps of the program's own, as far as they have rows.
  let heaps: Table
  /// What each thread had counted before counts began again; none when they did not.
  let before: Table
  let classCount: Int

  /// Bytes of a slice.
  private static let sliceShift: UInt64 = 16

  /// Checks a header. Throws LiveFileError.
  init(_ header: swiftmalloc_live_header, file: String, byteCount: Int) throws {
    guard header.magic == SWIFTMALLOC_LIVE_MAGIC else {
      throw LiveFileError(file, "does not begin as published counters do")
    }
    guard header.version == UInt32(SWIFTMALLOC_LIVE_VERSION) else {
      throw LiveFileError(
        file,
        "has version \(header.version) of the layout, and this program reads version \(SWIFTMALLOC_LIVE_VERSION)"
      )
    }
    guard header.header_bytes >= UInt32(LiveLayout.headerBytes) else {
      throw LiveFileError(file, "says that its header has only \(header.header_bytes) bytes")
    }
    guard header.file_bytes <= UInt64(byteCount) else {
      throw LiveFileError(file, "is cut: it has \(byteCount) of \(header.file_bytes) bytes")
    }
    var sum = 0
    func table(
      _ name: String, _ offset: UInt64, _ limit: UInt64, used: UInt64? = nil, stride: UInt32,
      atLeast: Int
    ) throws -> Table {
      guard stride >= UInt32(atLeast) else {
        throw LiveFileError(file, "has \(name) of \(stride) bytes, and \(atLeast) are the least")
      }
      let (bytes, overflows) = limit.multipliedReportingOverflow(by: UInt64(stride))
      let (end, overflowsToo) = offset.addingReportingOverflow(bytes)
      guard !overflows, !overflowsToo, offset >= UInt64(LiveLayout.headerBytes),
        end <= header.file_bytes
      else { throw LiveFileError(file, "has \(name) that lie outside of the file") }
      let count = Swift.min(limit, used ?? limit)
      let needed = Int(count) * Int(stride)
      sum += needed
      guard needed <= LiveLayout.greatestBytes, sum <= LiveLayout.greatestBytes else {
        throw LiveFileError(file, "has more than \(LiveLayout.greatestBytes >> 20) MiB of \(name)")
      }
      return Table(offset: Int(offset), count: Int(count), stride: Int(stride))
    }
    /// One more than the number of the last row in use.
    func end(_ last: UInt64) -> UInt64 { last &+ (last < .max ? 1 : 0) }

    quantities = try table(
      "quantities", UInt64(header.quantity_offset), UInt64(header.quantity_count), stride: 16,
      atLeast: 16)
    calls = try table(
      "calls", UInt64(header.call_offset), UInt64(header.call_count), stride: 8, atLeast: 8)
    classes = try table(
      "size classes", UInt64(header.class_offset), UInt64(header.class_count),
      stride: header.class_stride, atLeast: MemoryLayout<swiftmalloc_live_class_totals>.size)
    arenas = try table(
      "arenas", UInt64(header.arena_offset), UInt64(header.arena_limit), used: header.arena_count,
      stride: 16, atLeast: 16)
    let counts = MemoryLayout<swiftmalloc_live_class>.size
    threads = try table(
      "threads", header.thread_offset, UInt64(header.thread_limit),
      used: end(header.thread_row_end),
      stride: header.thread_stride,
      atLeast: MemoryLayout<swiftmalloc_live_thread>.size + counts * classes.count)
    large = try table(
      "large blocks", header.large_offset, UInt64(header.large_limit),
      used: end(header.large_row_end),
      stride: header.large_stride, atLeast: MemoryLayout<swiftmalloc_live_large>.size)
    sliceStart = header.slice_start
    slices =
      header.slice_count == 0
      ? Table(offset: 0, count: 0, stride: 1)
      : try table("slices", header.slice_offset, header.slice_count, stride: 1, atLeast: 1)
    sizes =
      header.size_version == 0
      ? Table(offset: 0, count: 0, stride: 8)
      : try table("sizes", header.size_offset, header.size_count, stride: 8, atLeast: 8)
    heaps =
      header.heap_row_end == 0
      ? Table(offset: 0, count: 0, stride: 1)
      : try table(
        "heaps", header.heap_offset, UInt64(header.heap_limit), used: header.heap_row_end,
        stride: header.heap_stride, atLeast: MemoryLayout<swiftmalloc_live_heap>.size)
    before =
      header.reset_count == 0
      ? Table(offset: 0, count: 0, stride: 1)
      : try table(
        "counts of before the reset", header.reset_offset, end(header.reset_row_end),
        stride: UInt32(clamping: header.reset_stride),
        atLeast: MemoryLayout<swiftmalloc_live_before>.size * classes.count)
    classCount = classes.count
    guard Int(header.small_class_count) + 2 <= classCount else {
      throw LiveFileError(
        file, "has \(header.small_class_count) small size classes of \(classCount) in all")
    }
  }
  /// Where the rows of the slices of an arena lie; nil when it has none, or not for all.
  func slices(of arena: Snapshot.Arena) -> Table? {
    let (distance, isBelow) = arena.start.subtractingReportingOverflow(sliceStart)
    let count = arena.committedBytes >> Int(LiveLayout.sliceShift)
    guard !isBelow, count > 0, distance >> LiveLayout.sliceShift < UInt64(slices.count) else {
      return nil
    }
    let first = Int(distance >> LiveLayout.sliceShift)
    if count > slices.count - first { return nil }
    return Table(offset: slices.offset + first, count: count, stride: 1)
  }
}
