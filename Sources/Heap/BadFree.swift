// What is wrong with a pointer that was freed, as a value: the heap's policy decides what becomes
// of it (HeapPolicy). In the process' heap that is a report, one line with kind, address, what is
// known of the block, and the thread; then the process ends. Shaped as AddressSanitizer's first
// line.

import CShims
import Memory
import Platform

package struct BadFree {
  package let address: UInt
  package let reason: Reason

  package enum Reason {
    /// The block, of so many bytes, is free already.
    case freedBefore(blockSize: Int)
    /// A place for a block, but none was ever given out there.
    case neverAllocated(blockSize: Int)
    /// In a block, so many bytes behind its beginning.
    case insideBlock(offset: Int, blockSize: Int)
    /// In memory of the heap that holds no live block.
    case noBlock
    /// A block of another heap: of the one whose state is there.
    case otherHeap(UnsafeMutableRawPointer?)
    /// In memory of guarded blocks: their owner frees it, or says what is wrong.
    case guarded
    /// In no memory of a heap, and no other allocator's either.
    case noHeap(StaticString)
  }

  package init(_ address: UInt, _ reason: Reason) {
    self.address = address
    self.reason = reason
  }

  /// `address` is in the memory that the record is of, but does not begin a block.
  init(inside record: UnsafeMutablePointer<SpanRecord>, _ address: UInt) {
    let start = record.start
    if address &- start >= UInt(max(record.byteCount, PageMap.sliceSize)) {
      self.init(freed: record, address)
      return
    }
    switch record.kind {
    case .small:
      let blockSize = UInt(record.blockSize)
      // In the lead there is no block.
      if address < record.firstBlock {
        self.init(address, .noBlock)
      } else {
        let offset = (address - record.firstBlock) % blockSize
        self.init(address, .insideBlock(offset: Int(offset), blockSize: Int(blockSize)))
      }
    case .medium, .large, .emergency:
      self.init(
        address,
        .insideBlock(offset: Int(address - start), blockSize: record.byteCount))
    default:
      self.init(freed: record, address)
    }
  }

  /// `address` is in memory of the heap where there are no blocks now.
  init(freed record: UnsafeMutablePointer<SpanRecord>, _ address: UInt) {
    var blockSize = 0
    switch record.kind {
    case .tombstone where record.start == address:
      blockSize = record.byteCount
    case .freeDirty, .freeClean, .purging, .stashed:
      // What the slice's last span was is still known, unless it was a run's inner slice.
      let length = Int(record.blockSize)
      let distance = Int(address & PageMap.sliceMask) - Int(record.pointee.lead)
      if length > 0, distance >= 0, distance % length == 0 { blockSize = length }
    default:
      break
    }
    self.init(address, blockSize > 0 ? .freedBefore(blockSize: blockSize) : .noBlock)
  }

  /// `address` is not in memory of ours. Nil if it may be another allocator's block, after saying so once.
  @inline(never)
  init?(unknown address: UInt, isOnThreadStack: (UInt, Mapping) -> Bool) {
    let place: StaticString
    switch AddressPlace.find(address) {
    case .unmapped: place = "in no mapping"
    case .stack: place = "on the stack"
    case .kernel: place = "in memory of the kernel's"
    case .inaccessible: place = "in inaccessible memory"
    case .loadedObject: place = "in a loaded program or library"
    case .anonymous(let mapping):
      if !isOnThreadStack(address, mapping) {
        Self.warnOnce(address, isKnown: true)
        return nil
      }
      place = "on a thread's stack"
    case .file:
      Self.warnOnce(address, isKnown: true)
      return nil
    case .unknown:
      Self.warnOnce(address, isKnown: false)
      return nil
    }
    self.init(address, .noHeap(place))
  }

  nonisolated(unsafe) private static var hasWarned = false

  private static func warnOnce(_ address: UInt, isKnown: Bool) {
    if hasWarned { return }
    hasWarned = true
    AddressPlace.warn(address, isKnown: isKnown)
  }
}
