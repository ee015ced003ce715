// What is known of one slice (64 KiB of address space), found from any address in it by the page
// map: 64 bytes, one cache line. Written when a span is made, handed on or given back, and, in a
// process that counts, for each medium or large block. All zero: not our memory.
//
//   kind           what holds, beside kind, start and byteCount
//   small          owner state blockSize sizeClass lead reciprocal bias heap gonePages idlePages
//   continuation   (start is the head's: a slice behind the head of a longer block)
//   medium         asBlock: heap tail hasOldTail slack isChunk isSampled, timestamp next previous
//   large          asBlock: heap tail hasOldTail slack liveRow isMapping isSampled, next previous
//   emergency      asBlock: heap tail                  (one block, made inside a signal handler)
//   freeDirty, freeClean    timestamp next previous    (head and last slice of a run)
//   purging                                            (head and last slice of a free run)
//   tombstone                                          (a large block was here)
//   stashed                                            (an emptied span that a thread cache keeps)
//   metadata                                           (a slice that became metadata when nothing else was left)
//   guarded        asBlock: heap                       (a slot of the sampler's; start 0: its block is freed)
//
// Of a freed slice it is still known what it held last, for the report of a second free: blockSize and lead.
//
// Several of these share a word of the record, as no kind has all of them. Each has an accessor of
// its own, and the words themselves are used in this file and in BlockRecord.swift only. `owner` is
// zero except for a small span: the fast path of free needs no look at `kind`.

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
  case guarded

  /// Whether it is that of a run in the bins.
  @inline(__always)
  package var isFreeRun: Bool { self == .freeDirty || self == .freeClean }
}

/// The owners of a small span that are no thread cache. A cache's address is the owner otherwise.
package enum SpanOwner {
  /// No free block in it and no owner: the first to free a block takes it.
  package static let full: UInt = 1
  /// Its blocks are sampled: each free comes to the slow path, as none of them waits in a thread's cache.
  package static let sampled: UInt = 2
  /// In the central list of its size class, under that list's lock. Blocks of spans with this or a
  /// greater owner may wait.
  package static let central: UInt = 4
  /// On its way from full to the central list, by a thread without a cache.
  package static let moving: UInt = 5
}

@usableFromInline
package struct SpanRecord: ~Copyable {
  /// Whose span it is: 0 when it is no small span, `SpanOwner`, or a thread cache's address.
  package let owner = Atomic<UInt>(0)
  @usableFromInline var stateOrHeap: UInt
  /// Address of the span's first byte.
  package var start: UInt
  /// Bytes of the span, or of the block of a medium or large one.
  package var byteCount: Int
  @usableFromInline var reciprocalOrSlack: UInt32
  /// Of a small span, and of a freed slice: what it held last.
  package var blockSize: UInt32
  var leadOrTail: UInt16
  package var kind: SpanKind
  var classOrMapping: UInt8
  var timeRowOrPages: UInt32
  var nextOrHeap: UInt
  @usableFromInline var previousOrBias: UInt

  // MARK: Small spans

  /// The span's block bits, kept apart from this read-mostly line.
  @inlinable @inline(__always)
  package var state: UnsafeMutablePointer<SpanState>? {
    get { UnsafeMutablePointer(bitPattern: stateOrHeap) }
    set { stateOrHeap = UInt(bitPattern: newValue) }
  }

  @inline(__always)
  package var sizeClass: UInt8 {
    get { classOrMapping }
    set { classOrMapping = newValue }
  }

  /// Bytes before the first block. The last one ends with the span, so that no index is too great.
  @inline(__always)
  package var lead: UInt16 {
    get { leadOrTail }
    set { leadOrTail = newValue }
  }

  /// ⌈2³² / blockSize⌉: distance × reciprocal has the block's index above bit 32, and below it less
  /// than reciprocal just when the distance from the first block is a multiple of blockSize.
  @inlinable @inline(__always)
  package var reciprocal: UInt32 { reciprocalOrSlack }

  /// −firstBlock × reciprocal, so that address × reciprocal + bias is distance × reciprocal.
  @inlinable @inline(__always)
  package var bias: UInt64 { UInt64(previousOrBias) }

  /// A bit for each system page: those without contents, as long as the span waits in a list.
  package var gonePages: UInt16 {
    get { UInt16(truncatingIfNeeded: timeRowOrPages) }
    set { timeRowOrPages = timeRowOrPages & 0xffff_0000 | UInt32(newValue) }
  }

  /// The same of the pages without a live block when the span was looked at last.
  package var idlePages: UInt16 {
    get { UInt16(truncatingIfNeeded: timeRowOrPages >> 16) }
    set { timeRowOrPages = timeRowOrPages & 0xffff | UInt32(newValue) << 16 }
  }

  // MARK: Free runs, and large blocks

  /// When a dirty run was freed, or since when a medium block's tail may have contents, in `System.milliseconds`.
  @inline(__always)
  package var timestamp: UInt32 {
    get { timeRowOrPages }
    set { timeRowOrPages = newValue }
  }

  /// The neighbours in a bin of free runs, in the list of large blocks, or in that of tails.
  @inline(__always)
  package var next: UnsafeMutablePointer<SpanRecord>? {
    get { UnsafeMutablePointer(bitPattern: nextOrHeap) }
    set { nextOrHeap = UInt(bitPattern: newValue) }
  }

  @inline(__always)
  package var previous: UnsafeMutablePointer<SpanRecord>? {
    get { UnsafeMutablePointer(bitPattern: previousOrBias) }
    set { previousOrBias = UInt(bitPattern: newValue) }
  }
}

extension UnsafeMutablePointer where Pointee == SpanRecord {
  /// The heap of a small span.
  @inline(__always)
  package var spanHeap: UnsafeMutableRawPointer? {
    UnsafeMutableRawPointer(bitPattern: pointee.nextOrHeap)
  }

  /// The heap of a small span or of a block: where its state lies.
  @inline(__always)
  package var heap: UnsafeMutableRawPointer? {
    pointee.kind == .small ? spanHeap : asBlock.heap
  }

  /// Blocks of a small span.
  package var capacity: Int {
    (pointee.byteCount - Int(pointee.lead)) / Int(pointee.blockSize)
  }

  /// Words of block bits of a small span. Above bit 16 of `reciprocal` is ⌊65536 / blockSize⌋, the capacity.
  @inline(__always)
  package var wordCount: Int { (Int(pointee.reciprocal &>> 16) &+ 63) &>> 6 }

  /// The first block of a small span.
  package var firstBlock: UInt { pointee.start + UInt(pointee.lead) }

  /// Makes it the record of a small span, but for its state and owner: of blocks of `blockSize`
  /// bytes, the last of which ends with the slice. `isZero` tells that its pages have no contents.
  package func setSmall(
    blockSize: Int, sizeClass: Int, heap: UnsafeMutableRawPointer?, isZero: Bool = false
  ) {
    // A medium block before it may have left its heap there.
    pointee.stateOrHeap = 0
    pointee.nextOrHeap = UInt(bitPattern: heap)
    pointee.blockSize = UInt32(blockSize)
    pointee.lead = UInt16(PageMap.sliceSize % blockSize)
    pointee.sizeClass = UInt8(sizeClass)
    let reciprocal = UInt32(((1 << 32) + UInt64(blockSize) - 1) / UInt64(blockSize))
    pointee.reciprocalOrSlack = reciprocal
    pointee.previousOrBias = 0 &- firstBlock &* UInt(reciprocal)
    pointee.timeRowOrPages = 0
    if isZero { pointee.gonePages = .max }
    pointee.kind = .small
  }

  /// The number of the block of a small span that begins at `address` in its slice; nil when none does.
  @inlinable @inline(__always)
  package func index(_ address: UInt) -> Int? {
    let product = UInt64(address) &* UInt64(pointee.reciprocal) &+ pointee.bias
    if UInt32(truncatingIfNeeded: product) >= pointee.reciprocal { return nil }
    return Int(truncatingIfNeeded: product &>> 32)
  }
}
