// What is known of an address: the block that it begins, and for reports the block that it is in.

import Memory
import Platform

extension Heap where Pages: PageSource {
  /// Bytes that the block at `address` holds; 0 when no block of ours begins there.
  package func usableSize(_ address: UInt) -> Int {
    guard let record = PageMap.record(address) else { return 0 }
    switch record.pointee.kind {
    case .small:
      return smallUsableSize(record, address)
    case .medium, .large, .emergency:
      return record.pointee.start == address ? record.usableByteCount : 0
    default:
      return 0
    }
  }

  /// Whether a live block of ours begins at `address`, as far as that is known without a lock.
  package func isLive(_ address: UInt) -> Bool {
    guard usableSize(address) > 0, let record = PageMap.record(address) else { return false }
    if record.pointee.kind != .small { return true }
    guard let index = record.index(address), let state = record.pointee.state else { return false }
    return !state.isFree(index) && !isWaiting(record, index, address)
  }

  private func smallUsableSize(_ record: Record, _ address: UInt) -> Int {
    record.index(address) == nil ? 0 : Int(record.pointee.blockSize)
  }

  /// Ends the process with a report when `address` begins no live block of ours, but is in memory
  /// that is ours or cannot be anybody's. Returns when it may be another allocator's.
  func checkBeforeReallocate(_ address: UInt) {
    guard let record = PageMap.record(address) else { return freeUnknown(address) }
    var head = record
    if record.pointee.kind == .continuation { head = PageMap.knownRecord(record.pointee.start) }
    switch head.pointee.kind {
    case .small:
      guard let index = head.index(address) else { BadFree.insideBlock(address, head) }
      guard let state = head.pointee.state else { BadFree.freedSpan(address, head) }
      checkIsLive(state, index, address)
    case .medium, .large, .emergency:
      if head.pointee.start != address { BadFree.insideBlock(address, head) }
    case .none: freeUnknown(address)
    default: BadFree.freedSpan(address, record)
    }
  }

  /// A pointer that no record knows: inside a large block, in an arena's unused part, in the table of records, or not
  /// ours.
  func freeUnknown(_ address: UInt) {
    if PageMap.isInTable(address) { BadFree.insideFreedBlock(address) }
    // A signal handler may have interrupted the holder of a lock: then it is not looked up there.
    if storage.pointee.pageHeap.lock.tryLock() {
      let isInside = storage.pointee.pageHeap.contains(address)
      storage.pointee.pageHeap.lock.unlock()
      if isInside { BadFree.insideFreedBlock(address) }
    }
    if storage.pointee.large.lock.tryLock() {
      var next = storage.pointee.large.head
      while let record = next {
        next = record.pointee.next
        if address &- record.pointee.start < UInt(record.pointee.byteCount) {
          storage.pointee.large.lock.unlock()
          BadFree.insideBlock(address, record)
        }
      }
      storage.pointee.large.lock.unlock()
    }
    BadFree.foreign(address) { isOnThreadStack($0, $1) }
  }

  /// Whether the mapping holds the stack of a thread that has a cache, near `address`.
  private func isOnThreadStack(_ address: UInt, _ mapping: Mapping) -> Bool {
    guard storage.pointee.caches.lock.tryLock() else { return false }
    defer { storage.pointee.caches.lock.unlock() }
    // The kernel joins neighbouring anonymous mappings: only what is within a usual stack's length
    // of a known frame counts.
    let reach: UInt = 8 << 20
    var next = storage.pointee.caches.head
    while let cache = next {
      next = cache.pointee.next
      let frame = cache.pointee.stackAddress
      if mapping.contains(frame), max(frame, address) - min(frame, address) < reach { return true }
    }
    return false
  }
}
