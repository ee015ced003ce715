// What is known of an address: the block that it begins, and for reports the block that it is in.

import Memory
import Platform

extension Heap {
  /// Bytes that the block at `address` holds; 0 when no block of ours begins there.
  package func usableSize(_ address: UInt) -> Int {
    guard let record = PageMap.record(address) else { return 0 }
    switch record.kind {
    case .small:
      return smallUsableSize(record, address)
    case .medium, .large, .emergency:
      return record.start == address ? record.asBlock.usableByteCount : 0
    case .guarded: return record.start == address ? record.byteCount : 0
    default:
      return 0
    }
  }

  /// Whether a live block of ours begins at `address`, as far as that is known without a lock.
  package func isLive(_ address: UInt) -> Bool {
    guard usableSize(address) > 0, let record = PageMap.record(address) else { return false }
    if record.kind != .small { return true }
    guard let index = record.index(address), let state = record.state else { return false }
    return !state.isFree(index) && !isPending(record, index, address)
  }

  private func smallUsableSize(_ record: Record, _ address: UInt) -> Int {
    record.index(address) == nil ? 0 : Int(record.blockSize)
  }

  /// Why `address` begins no live block of this heap; nil when it may be another allocator's.
  func badFree(of address: UInt) -> BadFree? {
    guard let record = PageMap.record(address) else { return badFreeUnknown(address) }
    var head = record
    if record.kind == .continuation { head = PageMap.knownRecord(record.start) }
    switch head.pointee.kind {
    case .small:
      guard let index = head.index(address) else { return BadFree(inside: head, address) }
      guard let state = head.pointee.state else { return BadFree(freed: head, address) }
      return secondFree(state, index, address)
    case .medium, .large, .emergency: return BadFree(inside: head, address)
    case .none: return badFreeUnknown(address)
    default: return BadFree(freed: record, address)
    }
  }

  /// A pointer that no record knows: inside a large block, in an arena's unused part, in the table of records, or not
  /// ours. Nil when it may be another allocator's.
  func badFreeUnknown(_ address: UInt) -> BadFree? {
    if PageMap.isInTable(address) || isInArena(address) { return BadFree(address, .noBlock) }
    if large.lock.tryLock() {
      defer { large.lock.unlock() }
      var next = large.head
      while let record = next {
        next = record.next
        if address &- record.start < UInt(record.byteCount) {
          return BadFree(inside: record, address)
        }
      }
    }
    return BadFree(unknown: address) { isOnThreadStack($0, $1) }
  }

  // A signal handler may have interrupted the holder of the lock: then it is not looked up there.
  func isInArena(_ address: UInt) -> Bool {
    if !pageHeap.lock.tryLock() { return false }
    defer { pageHeap.lock.unlock() }
    return pageHeap.contains(address)
  }

  /// Whether the mapping holds the stack of a thread that has a cache, near `address`.
  private func isOnThreadStack(_ address: UInt, _ mapping: Mapping) -> Bool {
    guard caches.lock.tryLock() else { return false }
    defer { caches.lock.unlock() }
    // The kernel joins neighbouring anonymous mappings: only what is within a usual stack's length
    // of a known frame counts.
    let reach: UInt = 8 << 20
    var next = caches.head
    while let cache = next {
      next = cache.pointee.next
      let frame = cache.pointee.stackAddress
      if mapping.contains(frame), max(frame, address) - min(frame, address) < reach { return true }
    }
    return false
  }
}
