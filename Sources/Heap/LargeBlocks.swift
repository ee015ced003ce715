// Blocks above the medium limit: one mapping each, found by the record at its first slice. A freed
// mapping stays in a small cache for the purge delay, since programs that need a large block once
// often need the same size again and each page fault costs as much as a hundred small blocks.
//
//   cachedBytes = Σ byteCount of the entries ≤ cacheLimit, entries ≤ 16
//   every live block is in the list `head`, which only error paths and statistics walk

import Memory
import Platform
import Synchronization

package struct LargeBlocks<Pages: PageSource>: ~Copyable {
  package let lock = Lock()
  package let pages: Pages
  package private(set) var head: UnsafeMutablePointer<SpanRecord>?
  package private(set) var blockCount = 0
  package private(set) var blockBytes = 0
  package private(set) var peakBlockBytes = 0
  package private(set) var cachedBytes = 0
  package let cacheIsUsed = Atomic<Bool>(false)
  private let settings: PageHeapSettings
  private var cached = InlineArray<16, CachedMapping>(repeating: CachedMapping())
  private var cachedCount = 0

  private struct CachedMapping {
    var start: UInt = 0
    var byteCount = 0
    var timestamp: UInt32 = 0
  }

  private static var cacheByteLimit: Int { 64 << 20 }
  private static var cachedBlockLimit: Int { 32 << 20 }

  package init(pages: Pages, settings: PageHeapSettings) {
    self.pages = pages
    self.settings = settings
  }

  /// A block of at least `byteCount` bytes at a multiple of `alignment` (a slice or more), or nil.
  package mutating func allocate(byteCount: Int, alignment: Int) -> LargeBlock? {
    let length = (byteCount + PageMap.sliceSize - 1) & ~(PageMap.sliceSize - 1)
    if alignment <= PageMap.sliceSize, let mapping = takeCached(length) {
      register(mapping.start, mapping.byteCount)
      return LargeBlock(start: mapping.start, isZero: false)
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
    return LargeBlock(start: start, isZero: true)
  }

  // The shortest that fits and wastes no more than a quarter.
  private mutating func takeCached(_ length: Int) -> CachedMapping? {
    lock.lock()
    defer { lock.unlock() }
    var best = -1
    for index in 0..<cachedCount where cached[index].byteCount >= length {
      if best < 0 || cached[index].byteCount < cached[best].byteCount { best = index }
    }
    guard best >= 0, cached[best].byteCount - length <= length / 4 else { return nil }
    return removeCached(best)
  }

  private mutating func removeCached(_ index: Int) -> CachedMapping {
    let mapping = cached[index]
    cachedCount -= 1
    cached[index] = cached[cachedCount]
    cachedBytes -= mapping.byteCount
    if cachedCount == 0 { cacheIsUsed.store(false, ordering: .relaxed) }
    return mapping
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
    blockBytes += byteCount
    peakBlockBytes = max(peakBlockBytes, blockBytes)
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
    blockBytes -= record.pointee.byteCount
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
    let keeps =
      settings.purgeDelay != 0 && byteCount <= Self.cachedBlockLimit && cachedCount < cached.count
      && cachedBytes + byteCount <= Self.cacheByteLimit
    if keeps { keep(address, byteCount, now) }
    lock.unlock()
    if !keeps { release(address, byteCount) }
    return true
  }

  private mutating func keep(_ address: UInt, _ byteCount: Int, _ now: UInt32) {
    cached[cachedCount] = CachedMapping(start: address, byteCount: byteCount, timestamp: now)
    cachedCount += 1
    cachedBytes += byteCount
    cacheIsUsed.store(true, ordering: .relaxed)
  }

  // The kernel refuses to unmap when that would split a mapping and there are too many already: the
  // contents are given back all the same, the addresses are lost.
  private func release(_ address: UInt, _ byteCount: Int) {
    if !pages.release(address, byteCount: byteCount) {
      _ = pages.purge(address, byteCount: byteCount)
    }
  }

  /// Whether the address is in a mapping of the cache. Under `lock`.
  package borrowing func isCached(_ address: UInt) -> Bool {
    for index in 0..<cachedCount
    where address &- cached[index].start < UInt(cached[index].byteCount) { return true }
    return false
  }

  /// Unmaps what has been in the cache for `age` milliseconds. Returns the bytes.
  package mutating func purge(age: UInt32, now: UInt32) -> Int {
    var purged = 0
    while true {
      lock.lock()
      var found: CachedMapping?
      for index in 0..<cachedCount
      where Int32(bitPattern: now &- cached[index].timestamp) >= Int32(bitPattern: age) {
        found = removeCached(index)
        break
      }
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
      blockBytes += length - oldLength
      peakBlockBytes = max(peakBlockBytes, blockBytes)
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
    _ = pages.release(destination, byteCount: length)
    register(address, oldLength)
    return nil
  }
}

/// A new large block.
package struct LargeBlock {
  package let start: UInt
  package let isZero: Bool
}
