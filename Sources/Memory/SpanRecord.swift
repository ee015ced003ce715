// What is known of one slice (64 KiB of address space), found from any address in it by the page
// map: 64 bytes, one cache line. Written when a span is made, handed on or given back, and, in a
// process that counts, for each medium or large block. All zero: not our memory.
//
//   kind           fields that hold
//   small          owner state start byteCount magic bias blockSize gap sizeClass next: the heap
//   continuation   start: the head's address            (slices behind the head of a longer block)
//   medium         start byteCount state: the heap         (one block, or metadata of other layers)
//   large          start byteCount state: the heap, next previous   (one block, in a run or a mapping of its own)
//   emergency      start byteCount state: the heap        (one block, made inside a signal handler)
//   freeDirty, freeClean   start byteCount timestamp next previous   (head and last slice of a run)
//   purging        start byteCount                            (head and last slice of a free run)
//   tombstone      start byteCount                                    (a large block was here)
//   stashed        start byteCount blockSize       (an emptied span that a thread cache keeps)
//   metadata       start byteCount     (a slice that became metadata when nothing else was left)
//
// Some fields have a second use:
//
//   magic                  of a medium or large block in a process that counts: bytes beyond those asked for
//   timestamp              of a large block in such a process: its row in the published table
//   sizeClass              of a large block: 1 where it has a mapping of its own
//   gap                    of a medium, large or emergency block: bytes at its end that nobody asked for, whole pages
//   blockSize and gap      of a freed slice: what it held last, for the report of a second free
//
// `owner` is zero except for a small span: the fast path of free needs no look at `kind`.

import Platform
import Synchronization

package enum SpanKind: UInt8 {
  case none
  case small
  case continuation
  case medium
  case large
  case emergency
  case freeDirty
  case freeClean
  case purging
  case tombstone
  case stashed
  case metadata

  /// Whether it is that of a run in the bins.
  @inline(__always)
  package var isFreeRun: Bool { self == .freeDirty || self == .freeClean }
}

/// The owners of a small span that are no thread cache. A cache's address is the owner otherwise.
package enum SpanOwner {
  /// No free block in it and no owner: the first to free a block takes it.
  package static let full: UInt = 1
  /// In the central list of its size class, under that list's lock.
  package static let central: UInt = 2
  /// On its way from full to the central list, by a thread without a cache.
  package static let moving: UInt = 3
}

package struct SpanRecord: ~Copyable {
  /// Whose span it is: 0 when it is no small span, `SpanOwner`, or a thread cache's address.
  package let owner = Atomic<UInt>(0)
  /// The span's block bits, kept apart from this read-mostly line.
  package var state: UnsafeMutablePointer<SpanState>?
  /// Address of the span's first byte.
  package var start: UInt
  /// Bytes of the span, or of the block of a medium or large one.
  package var byteCount: Int
  /// ⌈2³² / blockSize⌉ of a small span: distance × magic has the block's index above bit 32, and below
  /// it less than magic just when the distance from the first block is a multiple of blockSize.
  package var magic: UInt32
  package var blockSize: UInt32
  /// Bytes before the first block. The last one ends with the span, so that no index is too great.
  package var gap: UInt16
  package var kind: SpanKind
  package var sizeClass: UInt8
  /// When a dirty run was freed, in `System.milliseconds`.
  package var timestamp: UInt32
  package var next: UnsafeMutablePointer<SpanRecord>?
  /// `previous` or `bias`, by the kind.
  private var word: UInt

  package var previous: UnsafeMutablePointer<SpanRecord>? {
    get { UnsafeMutablePointer(bitPattern: word) }
    set { word = UInt(bitPattern: newValue) }
  }

  /// −firstBlock × magic of a small span, so that address × magic + bias is distance × magic.
  @inline(__always)
  package var bias: UInt64 { UInt64(word) }

  fileprivate mutating func setBias(_ bias: UInt64) { word = UInt(bias) }
}

extension UnsafeMutablePointer where Pointee == SpanRecord {
  /// Bytes of a medium, large or emergency block that its owner may use: what was asked for, in whole pages, and more than
  /// any small block has.
  package var usableByteCount: Int { pointee.byteCount - Int(pointee.gap) }

  /// Whether a large block has a mapping of its own.
  package var isMapping: Bool {
    get { pointee.sizeClass != 0 }
    nonmutating set { pointee.sizeClass = newValue ? 1 : 0 }
  }

  /// Notes that so many bytes of a medium, large or emergency block were asked for.
  package func setUsable(_ byteCount: Int) {
    let usable = System.roundUpToPage(max(byteCount, SizeClasses.largestBlock + 1))
    let rest = pointee.byteCount - usable
    pointee.gap = UInt16(min(max(rest, 0), PageMap.sliceSize - System.pageSize))
  }

  /// The heap of a small span, or of a medium, large or emergency block: where its state lies.
  package var heap: UnsafeMutableRawPointer? {
    pointee.kind == .small ? UnsafeMutableRawPointer(pointee.next) : blockHeap
  }

  /// The same of a medium, large or emergency block.
  package var blockHeap: UnsafeMutableRawPointer? {
    get { UnsafeMutableRawPointer(pointee.state) }
    nonmutating set { pointee.state = newValue?.assumingMemoryBound(to: SpanState.self) }
  }

  /// Blocks of a small span.
  package var capacity: Int {
    (pointee.byteCount - Int(pointee.gap)) / Int(pointee.blockSize)
  }

  /// Words of block bits of a small span. Above bit 16 of `magic` is ⌊65536 / blockSize⌋, the capacity.
  @inline(__always)
  package var wordCount: Int { (Int(pointee.magic &>> 16) &+ 63) &>> 6 }

  /// The first block of a small span.
  package var firstBlock: UInt { pointee.start + UInt(pointee.gap) }

  /// Makes it the record of a small span, but for its state and owner: of blocks of `blockSize` bytes, the last of which
  /// ends with the slice.
  package func setSmall(blockSize: Int, sizeClass: Int, heap: UnsafeMutableRawPointer?) {
    // A medium block before it may have left its heap there.
    pointee.state = nil
    pointee.next = heap?.assumingMemoryBound(to: SpanRecord.self)
    pointee.blockSize = UInt32(blockSize)
    pointee.gap = UInt16(PageMap.sliceSize % blockSize)
    pointee.sizeClass = UInt8(sizeClass)
    pointee.magic = UInt32(((1 << 32) + UInt64(blockSize) - 1) / UInt64(blockSize))
    pointee.setBias(0 &- UInt64(firstBlock) &* UInt64(pointee.magic))
    pointee.kind = .small
  }

  /// The number of the block of a small span that begins at `address` in its slice; nil when none does.
  @inline(__always)
  package func index(_ address: UInt) -> Int? {
    let product = UInt64(address) &* UInt64(pointee.magic) &+ pointee.bias
    if UInt32(truncatingIfNeeded: product) >= pointee.magic { return nil }
    return Int(truncatingIfNeeded: product &>> 32)
  }
}
