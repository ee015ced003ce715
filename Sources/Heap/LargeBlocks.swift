// Blocks above the medium limit. Each is a run of a page heap of their own, so that freed ones are divided, joined and
// used again, and small blocks never lie between them. The longest, and those that grew where there was no room, have a
// mapping each, which mremap can grow (LargeBlocks+Mappings).
//
//   every live block is in the list `head`, which only error paths and statistics walk
//   `lock` is that of the runs: it guards the list, too

import CShims
import Memory
import Platform
import Synchronization

package struct LargeBlocks<Policy: PagePolicy>: ~Copyable {
  package typealias Pages = Policy.Pages

  package var runs: PageHeap<Policy>
  package internal(set) var head: UnsafeMutablePointer<SpanRecord>?
  package private(set) var blockCount = 0
  package private(set) var blockBytes = 0
  package private(set) var peakBlockBytes = 0
  /// Bytes of the blocks that have mappings of their own.
  package internal(set) var mappedBytes = 0
  let pages: Pages
  let settings: PageHeapSettings
  let budget: UnsafeMutablePointer<ResidentBudget>?
  private let metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>

  /// Longer blocks get mappings: the kernel says whether there is so much memory.
  package static var longestRun: Int { 1 << 29 }
  private static var greatestAlignment: Int { 1 << 26 }

  package init(
    pages: Pages, settings: PageHeapSettings,
    metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>,
    budget: UnsafeMutablePointer<ResidentBudget>? = nil
  ) {
    self.pages = pages
    self.settings = settings
    self.metadata = metadata
    self.budget = budget
    runs = PageHeap(pages: pages, settings: settings, part: .largeBlocks, budget: budget)
  }

  package var lock: HeapLock<Policy> {
    _read { yield runs.lock }
  }

  /// A block of at least `byteCount` bytes at a multiple of `alignment` (a slice or more), or nil.
  package mutating func allocate(byteCount: Int, alignment: Int) -> NewLargeBlock? {
    let length = Self.roundUpToSlice(byteCount)
    if length <= Self.longestRun, alignment <= Self.greatestAlignment,
      let run = runs.allocate(
        sliceCount: length / PageMap.sliceSize, alignment: alignment / PageMap.sliceSize,
        usable: byteCount, metadata: metadata)
    {
      register(run.record, isMapping: false)
      return NewLargeBlock(start: run.record.start, dirtyByteCount: run.dirtyByteCount)
    }
    return map(byteCount, alignment: alignment)
  }

  static func roundUpToSlice(_ byteCount: Int) -> Int {
    (byteCount + PageMap.sliceSize - 1) & ~(PageMap.sliceSize - 1)
  }

  /// Frees the block that begins at `address`. False when none does (any more).
  package mutating func free(_ address: UInt, now: UInt32) -> Bool {
    let record = PageMap.knownRecord(address)
    lock.lock()
    guard record.kind == .large, record.start == address else {
      lock.unlock()
      return false
    }
    unregister(record)
    if record.asBlock.isMapping {
      unmapLocked(record)
      return true
    }
    runs.noteFreed(record)
    runs.beginFree(record)
    runs.unlock()
    runs.finishFree(record, now)
    if settings.purgeDelay == 0 { purge(age: 0, now: now) }
    return true
  }

  /// Gives back what has been free for `age` milliseconds, all tails, and the addresses of arenas
  /// that hold nothing. Returns the bytes.
  @discardableResult
  package mutating func purge(
    age: UInt32, now: UInt32, timesOut: Bool = false, keepsRecent: Bool = false
  ) -> Int {
    var purged = runs.purge(age: age, now: now, timesOut: timesOut, keepsRecent: keepsRecent)
    var hasMore = purgeSomeTails(&purged)
    while hasMore, !timesOut { hasMore = purgeSomeTails(&purged) }
    if hasMore { runs.requestPurge(at: now) }
    // What a drain has purged before, too (Heap+Burst).
    if runs.clean.byteCount > 0 { runs.releaseAddresses(atOnce: false, metadata) }
    return purged
  }

  // Whether there may be more (PageHeap+Tails).
  private mutating func purgeSomeTails(_ purged: inout Int) -> Bool {
    if runs.tailCount == 0 { return false }
    runs.gate.enter()
    defer { runs.gate.leave() }
    lock.lock()
    defer { lock.unlock() }
    var left = PageHeap<Policy>.tailLimit
    var next = head
    while left > 0, let record = next {
      next = record.next
      if !record.asBlock.hasOldTail { continue }
      purged += runs.purgeTail(record)
      left -= 1
    }
    return next != nil
  }

  // MARK: The list

  mutating func register(_ record: UnsafeMutablePointer<SpanRecord>, isMapping: Bool) {
    lock.lock()
    record.kind = .large
    record.asBlock.isMapping = isMapping
    record.previous = nil
    record.next = head
    head?.pointee.previous = record
    head = record
    blockCount += 1
    addBytes(record.byteCount)
    lock.unlock()
  }

  // Under the lock. Its tail is left alone from now on.
  mutating func unregister(_ record: UnsafeMutablePointer<SpanRecord>) {
    runs.forgetTail(record)
    if let previous = record.previous {
      previous.pointee.next = record.next
    } else {
      head = record.next
    }
    record.next?.pointee.previous = record.previous
    record.next = nil
    record.previous = nil
    blockCount -= 1
    addBytes(-record.byteCount)
  }

  // Under the lock.
  mutating func addBytes(_ byteCount: Int) {
    blockBytes += byteCount
    peakBlockBytes = max(peakBlockBytes, blockBytes)
    Policy.Observer.set(.large, blockBytes)
  }
}

/// A new large block.
package struct NewLargeBlock {
  package let start: UInt
  /// So many bytes at its beginning may not be zero.
  package let dirtyByteCount: Int
}
