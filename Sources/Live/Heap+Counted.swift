// What a process that counts does on slow paths: finds the length and the class under which a block
// is counted, and keeps what was asked for of it: a small block's slack beside its span's bits,
// another's in its record.

import CShims
import Heap
import Memory
import Platform

/// A live block as it is counted.
package struct CountedBlock {
  package let sizeClass: Int
  /// Bytes that the program asked for.
  package let byteCount: Int
}

extension Heap {
  /// What is counted of the live block at `address`; nil when none begins there.
  package func countedBlock(_ address: UInt) -> CountedBlock? {
    guard let record = PageMap.record(address) else { return nil }
    switch record.kind {
    case .small:
      guard let index = record.index(address), let state = record.state,
        !state.isFree(index), !isPending(record, index, address)
      else { return nil }
      let blockSize = UInt(record.blockSize)
      return CountedBlock(
        sizeClass: Int(record.sizeClass),
        byteCount: Int(blockSize &- state.slack(index, blockSize: blockSize)))
    case .medium, .emergency:
      return apart(record, address, Int(SWIFTMALLOC_LIVE_MEDIUM))
    case .large:
      return apart(record, address, Int(SWIFTMALLOC_LIVE_LARGE))
    case .guarded:
      if record.start != address { return nil }
      return CountedBlock(
        sizeClass: classes.index(record.byteCount), byteCount: record.byteCount)
    default: return nil
    }
  }

  private func apart(_ record: Record, _ address: UInt, _ sizeClass: Int) -> CountedBlock? {
    if record.start != address { return nil }
    return CountedBlock(
      sizeClass: sizeClass, byteCount: record.byteCount - Int(record.asBlock.slack))
  }

  /// Counts the new block at `address`, for which the program asked for `byteCount` bytes.
  package func countAllocated(_ address: UInt, _ byteCount: Int) {
    guard let sizeClass = keep(address, byteCount) else { return }
    let count = LiveCounts.allocated(byteCount, sizeClass)
    if sizeClass >= Int(SWIFTMALLOC_LIVE_MEDIUM) { LiveSample.take(atSingle: count) }
    let record = PageMap.knownRecord(address)
    if record.kind == .large {
      record.asBlock.liveRow = LiveLarge.add(
        address, requested: byteCount, given: record.byteCount)
    }
  }

  // The slack of the block; its class.
  private func keep(_ address: UInt, _ byteCount: Int) -> Int? {
    guard let record = PageMap.record(address) else { return nil }
    if record.kind == .small {
      guard let index = record.index(address), let state = record.state else {
        return nil
      }
      state.setSlack(index, UInt(record.blockSize) - UInt(byteCount))
      return Int(record.sizeClass)
    }
    if record.kind == .guarded { return classes.index(byteCount) }
    record.asBlock.slack = UInt32(clamping: record.byteCount - byteCount)
    return Int(record.kind == .large ? SWIFTMALLOC_LIVE_LARGE : SWIFTMALLOC_LIVE_MEDIUM)
  }

  /// Frees the block at `address`, which is not null, and counts that.
  package func freeCounted(_ address: UInt) {
    if let block = countedBlock(address) {
      unlist(address)
      LiveCounts.freed(block.byteCount, block.sizeClass)
    }
    free(address)
  }

  private func unlist(_ address: UInt) {
    let record = PageMap.knownRecord(address)
    if record.kind == .large { LiveLarge.remove(record.asBlock.liveRow) }
  }

  /// As `reallocate`, counted: what a block grows by where it stands, or the end of one block and another.
  package func reallocateCounted(_ address: UInt, to byteCount: Int) -> UInt {
    guard let old = countedBlock(address) else {
      let new = reallocate(address, to: byteCount)
      if new != 0 { countAllocated(new, byteCount) }
      return new
    }
    let isListed = PageMap.knownRecord(address).kind == .large
    let number = PageMap.knownRecord(address).asBlock.liveRow
    let new = reallocate(address, to: byteCount)
    if new == 0 { return 0 }
    if new == address {
      guard keep(address, byteCount) != nil else { return new }
      LiveCounts.resized(from: old.byteCount, to: byteCount, old.sizeClass)
      let record = PageMap.knownRecord(address)
      if isListed {
        LiveLarge.change(number, requested: byteCount, given: record.byteCount)
        LiveSample.take()
      }
      return new
    }
    if isListed { LiveLarge.remove(number) }
    LiveCounts.freed(old.byteCount, old.sizeClass)
    countAllocated(new, byteCount)
    return new
  }
}
