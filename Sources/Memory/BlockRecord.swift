// A record as that of a medium, large or emergency block (SpanRecord).

import Platform

/// The record of a medium, large or emergency block.
package struct BlockRecord {
  fileprivate let record: UnsafeMutablePointer<SpanRecord>

  /// Where the state of the block's heap lies.
  package var heap: UnsafeMutableRawPointer? {
    get { UnsafeMutableRawPointer(bitPattern: record.pointee.stateOrHeap) }
    nonmutating set { record.pointee.stateOrHeap = UInt(bitPattern: newValue) }
  }

  /// Bytes that its owner may use: what was asked for, in whole pages, and more than any small block has.
  package var usableByteCount: Int { record.pointee.byteCount - tailByteCount }

  /// Bytes at the block's end that nobody asked for, whole pages.
  var tailByteCount: Int { Int(record.pointee.leadOrTail & ~Self.oldTailBit) }

  /// Notes that so many bytes were asked for, and that the tail has no contents. Under the lock of
  /// the block's page heap, or before anybody knows of the block.
  package func setUsable(_ byteCount: Int) {
    let usable = System.roundUpToPage(max(byteCount, SizeClasses.largestBlock + 1))
    let rest = record.pointee.byteCount - usable
    record.pointee.leadOrTail = UInt16(min(max(rest, 0), PageMap.sliceSize - System.pageSize))
  }

  /// All bytes may be used. Under the lock.
  func hasNoTail() { record.pointee.leadOrTail = 0 }

  /// Whether the tail has contents that may go back. Under the lock.
  package internal(set) var hasOldTail: Bool {
    get { record.pointee.leadOrTail & Self.oldTailBit != 0 }
    nonmutating set {
      record.pointee.leadOrTail =
        record.pointee.leadOrTail & ~Self.oldTailBit | (newValue ? Self.oldTailBit : 0)
    }
  }

  private static var oldTailBit: UInt16 { 1 }

  /// In a process that counts: bytes beyond those asked for.
  package var slack: UInt32 {
    get { record.pointee.reciprocalOrSlack }
    nonmutating set { record.pointee.reciprocalOrSlack = newValue }
  }

  /// Of a large block in such a process: its row in the published table.
  package var liveRow: UInt32 {
    get { record.pointee.timeRowOrPages }
    nonmutating set { record.pointee.timeRowOrPages = newValue }
  }

  /// Whether a large block has a mapping of its own.
  package var isMapping: Bool {
    get { record.pointee.classOrMapping & 1 != 0 }
    nonmutating set { record.pointee.classOrMapping = newValue ? 1 : 0 }
  }

  /// Whether a medium block holds blocks of a bump heap. Said of blocks of such a heap only.
  package var isChunk: Bool {
    get { record.pointee.classOrMapping & 1 != 0 }
    nonmutating set {
      record.pointee.classOrMapping = record.pointee.classOrMapping & ~1 | (newValue ? 1 : 0)
    }
  }

  /// Whether the heap's sampler knows the block.
  package var isSampled: Bool {
    get { record.pointee.classOrMapping & Self.sampledBit != 0 }
    nonmutating set {
      record.pointee.classOrMapping =
        record.pointee.classOrMapping & ~Self.sampledBit | (newValue ? Self.sampledBit : 0)
    }
  }

  private static var sampledBit: UInt8 { 0x80 }

  /// The block is freed: for the report of a second free it stays known that it was one, and so long.
  func noteFreed() {
    record.pointee.blockSize = UInt32(clamping: record.pointee.byteCount)
    record.pointee.lead = 0
  }
}

extension UnsafeMutablePointer where Pointee == SpanRecord {
  /// As a medium, large or emergency block.
  package var asBlock: BlockRecord { BlockRecord(record: self) }
}
