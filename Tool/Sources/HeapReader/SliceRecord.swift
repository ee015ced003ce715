// What the library knows of a slice of addresses, 64 KiB: one record. A slice is a span of small blocks, or the beginning of
// one block.

import CLive

struct SliceRecord: Equatable {
  /// Of the record itself, and of its slice.
  let address: UInt64
  let slice: UInt64
  private(set) var kind: UInt8
  /// A small span's size class; otherwise flags.
  let sizeClass: UInt8
  let owner: UInt64
  let start: UInt64
  let byteCount: UInt64
  let slack: UInt32
  let blockSize: UInt32
  let lead: UInt16
  private let tail: UInt16
  private let stateOrHeap: UInt64
  private let spanHeap: UInt64

  /// `bytes` is the record.
  init(_ bytes: UnsafeRawBufferPointer, address: UInt64, slice: UInt64, _ layout: HeapLayout) {
    let at = layout.table.record
    func number<Number: FixedWidthInteger & BitwiseCopyable>(_ place: UInt16, _ type: Number.Type)
      -> Number
    {
      bytes.loadUnaligned(fromByteOffset: Int(min(place, at.stride - 8)), as: Number.self)
    }
    self.address = address
    self.slice = slice
    kind = bytes[Int(min(at.kind, at.stride - 1))]
    sizeClass = bytes[Int(min(at.size_class, at.stride - 1))]
    owner = number(at.owner, UInt64.self)
    start = number(at.start, UInt64.self)
    byteCount = number(at.byte_count, UInt64.self)
    slack = number(at.slack, UInt32.self)
    blockSize = number(at.block_size, UInt32.self)
    lead = number(at.lead, UInt16.self)
    tail = number(at.tail, UInt16.self)
    stateOrHeap = number(at.state, UInt64.self)
    spanHeap = number(at.span_heap, UInt64.self)
  }

  /// It holds no blocks any more.
  mutating func forget() { kind = 0 }

  /// Whether it may be the head of something that holds blocks.
  static func holdsBlocks(_ kind: UInt8, _ layout: HeapLayout) -> Bool {
    let kinds = layout.table.kinds
    return kind == kinds.small || kind == kinds.medium || kind == kinds.large
      || kind == kinds.emergency || kind == kinds.guarded
  }

  func isSmall(_ layout: HeapLayout) -> Bool { kind == layout.table.kinds.small }

  /// Where the state of the heap lies.
  func heap(_ layout: HeapLayout) -> UInt64 { isSmall(layout) ? spanHeap : stateOrHeap }

  /// Of a small span, where its block bits are; 0 while it has none.
  var state: UInt64 { stateOrHeap }

  /// Of a small span.
  var capacity: Int { Int(65536 / blockSize) }
  var wordCount: Int { (capacity + 63) / 64 }

  /// Of a block that is no small one.
  func usableByteCount(_ layout: HeapLayout) -> UInt64 {
    kind == layout.table.kinds.guarded ? byteCount : byteCount - UInt64(tail & ~1)
  }

  /// Whether a medium block of a bump heap holds the blocks of that heap.
  func isChunk(_ layout: HeapLayout) -> Bool {
    kind == layout.table.kinds.medium && sizeClass & UInt8(layout.table.record.chunk_flag) != 0
  }

  /// Whether its fields do not contradict each other.
  func isSound(_ layout: HeapLayout) -> Bool {
    let kinds = layout.table.kinds
    if kind == kinds.guarded {
      return start == 0 || start >> 16 == slice >> 16 && byteCount <= 65536
    }
    if start != slice { return false }
    if kind == kinds.small {
      return byteCount == 65536 && blockSize >= 16 && blockSize <= 32768 && blockSize & 15 == 0
        && UInt32(lead) == 65536 % blockSize
    }
    return byteCount > 0 && byteCount < 1 << 47 && byteCount > UInt64(tail & ~1)
  }
}
