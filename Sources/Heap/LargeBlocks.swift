// Blocks above the medium limit: one mapping each, found by the record at its first slice. A freed
// mapping stays in a small cache for the purge delay, since programs that need a large block once
// often need one again and each page fault costs as much as a hundred small blocks (LargeCache).
//
//   every live block is in the list `head`, which only error paths and statistics walk

import CShims
import Live
import Memory
import Platform
import Synchronization

package struct LargeBlocks<Pages: PageSource>: ~Copyable {
  package let lock = Lock(.largeLock)
  package let pages: Pages
  package private(set) var head: UnsafeMutablePointer<SpanRecord>?
  package private(set) var blockCount = 0
  package private(set) var blockBytes = 0
  package private(set) var peakBlockBytes = 0
  package var cache = LargeCache()
  package let cacheIsUsed = Atomic<Bool>(false)
  private let settings: PageHeapSettings

  package init(pages: Pages, settings: PageHeapSettings) {
    self.pages = pages
    self.settings = settings
  }

  /// A block of at least `byteCount` bytes at a multiple of `alignment` (a slice or more), or nil.
  package mutating func allocate(byteCount: Int, alignment: Int) -> LargeBlock? {
    let length = (byteCount + PageMap.sliceSize - 1) & ~(PageMap.sliceSize - 1)
    if alignment <= PageMap.sliceSize, let block = reuse(length) {
      register(block.start, length)
      return block
    }
    guard let start = pages.allocateAligned(byteCount: length, alignment: alignment) else {
      return nil
    }
    if !PageMap.cover(start, byteCount: PageMap.sliceSize, pages: pages) {
      _ = pages.release(start, byteCount: length)
      return nil
    }
    settings.adviseHugePages(pages, start, byteCount: length)
    register(start, length)
    dropExcess()
    return LargeBlock(start: start, dirtyByteCount: 0)
  }

  // A mapping of the cache, or the beginning of one; or the pages of a shorter one, moved to where there is room
  // behind them.
  private mutating func reuse(_ length: Int) -> LargeBlock? {
    lock.lock()
    if let start = cache.take(length) {
      noteCache()
      lock.unlock()
      // Where an entry was divided there may be no record yet.
      if PageMap.cover(start, byteCount: PageMap.sliceSize, pages: pages) {
        return LargeBlock(start: start, dirtyByteCount: length)
      }
      release(start, length)
      return nil
    }
    let shorter = cache.takeLongest()
    noteCache()
    lock.unlock()
    guard let shorter else { return nil }
    if let start = grow(shorter.start, from: shorter.byteCount, to: length) {
      return LargeBlock(start: start, dirtyByteCount: shorter.byteCount)
    }
    release(shorter.start, shorter.byteCount)
    return nil
  }

  private func grow(_ start: UInt, from oldLength: Int, to length: Int) -> UInt? {
    guard
      let destination = pages.reserveAligned(byteCount: length, alignment: PageMap.sliceSize)
    else { return nil }
    if !PageMap.cover(destination, byteCount: PageMap.sliceSize, pages: pages) {
      _ = pages.release(destination, byteCount: length)
      return nil
    }
    let isMoved = pages.move(start, from: oldLength, to: length, destination: destination)
    return isMoved ? destination : nil
  }

  // As much as was in use at once, and some more: what is kept makes the process no larger than it was.
  private var cacheLimit: Int { max(0, peakBlockBytes - blockBytes) + (16 << 20) }

  // A block that was made anew takes the place of what is kept.
  private mutating func dropExcess() {
    while true {
      lock.lock()
      let dropped = cache.byteCount > cacheLimit ? cache.takeLongest() : nil
      noteCache()
      lock.unlock()
      guard let dropped else { return }
      release(dropped.start, dropped.byteCount)
    }
  }

  // Under the lock, whenever the cache has changed.
  private func noteCache() {
    cacheIsUsed.store(!cache.isEmpty, ordering: .relaxed)
    LiveAmounts.set(SWIFTMALLOC_LIVE_LARGE_CACHED, cache.byteCount)
  }

  private mutating func addBytes(_ byteCount: Int) {
    blockBytes += byteCount
    peakBlockBytes = max(peakBlockBytes, blockBytes)
    LiveAmounts.set(SWIFTMALLOC_LIVE_LARGE_BYTES, blockBytes)
  }

  private mutating func register(_ start: UInt, _ byteCount: Int) {
    let record = PageMap.knownRecord(start)
    lock.lock()
    defer { lock.unlock() }
    record.pointee.kind = .large
    record.pointee.start = start
    record.pointee.byteCount = byteCount
    record.pointee.previous = nil
    record.pointee.next = head
    head?.pointee.previous = record
    head = record
    blockCount += 1
    addBytes(byteCount)
  }

  // Under the lock. The record stays as a tombstone, so that a second free is known as one.
  private mutating func unregister(_ record: UnsafeMutablePointer<SpanRecord>) {
    if let previous = record.pointee.previous {
      previous.pointee.next = record.pointee.next
    } else {
      head = record.pointee.next
    }
    record.pointee.next?.pointee.previous = record.pointee.previous
    record.pointee.next = nil
    record.pointee.previous = nil
    record.pointee.kind = .tombstone
    blockCount -= 1
    addBytes(-record.pointee.byteCount)
  }

  /// Frees the block that begins at `address`. False when none does (any more).
  package mutating func free(_ address: UInt, now: UInt32) -> Bool {
    let record = PageMap.knownRecord(address)
    lock.lock()
    guard record.pointee.kind == .large, record.pointee.start == address else {
      lock.unlock()
      return false
    }
    let byteCount = record.pointee.byteCount
    unregister(record)
    let kept =
      settings.purgeDelay == 0
      ? 0 : cache.keep(address, byteCount, now: now, limit: cacheLimit)
    noteCache()
    lock.unlock()
    if kept < byteCount { release(address + UInt(kept), byteCount - kept) }
    return true
  }

  // The kernel refuses to unmap when that would split a mapping and there are too many already: the
  // contents are given back all the same, the addresses are lost.
  private func release(_ address: UInt, _ byteCount: Int) {
    if !pages.release(address, byteCount: byteCount) {
      _ = pages.purge(address, byteCount: byteCount)
    }
  }

  /// Unmaps what has been in the cache for `age` milliseconds. Returns the bytes.
  package mutating func purge(age: UInt32, now: UInt32) -> Int {
    var purged = 0
    while true {
      lock.lock()
      let found = cache.takeOlder(than: age, now: now)
      noteCache()
      lock.unlock()
      guard let mapping = found else { return purged }
      release(mapping.start, mapping.byteCount)
      purged += mapping.byteCount
    }
  }

  /// Changes the length of a live block to at least `byteCount`, moving it if it must. The new
  /// address, or nil when the system refuses: then nothing has changed.
  package mutating func resize(_ address: UInt, to byteCount: Int) -> UInt? {
    let record = PageMap.knownRecord(address)
    let oldLength = record.pointee.byteCount
    let length = (byteCount + PageMap.sliceSize - 1) & ~(PageMap.sliceSize - 1)
    if length == oldLength { return address }
    if pages.resize(address, from: oldLength, to: length) {
      lock.lock()
      record.pointee.byteCount = length
      addBytes(length - oldLength)
      lock.unlock()
      return address
    }
    return length > oldLength ? move(record, address, oldLength, length) : address
  }

  private mutating func move(
    _ record: UnsafeMutablePointer<SpanRecord>, _ address: UInt, _ oldLength: Int, _ length: Int
  ) -> UInt? {
    guard
      let destination = pages.reserveAligned(byteCount: length, alignment: PageMap.sliceSize)
    else { return nil }
    guard PageMap.cover(destination, byteCount: PageMap.sliceSize, pages: pages) else {
      _ = pages.release(destination, byteCount: length)
      return nil
    }
    // First out of the table: once moved, another thread may be given the old addresses.
    lock.lock()
    unregister(record)
    lock.unlock()
    if pages.move(address, from: oldLength, to: length, destination: destination) {
      register(destination, length)
      return destination
    }
    register(address, oldLength)
    return nil
  }
}

/// A new large block.
package struct LargeBlock {
  package let start: UInt
  /// So many bytes at its beginning may not be zero.
  package let dirtyByteCount: Int
}
