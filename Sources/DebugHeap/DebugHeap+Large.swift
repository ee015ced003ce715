// Blocks with a mapping of their own, between inaccessible pages:
//
//   | guard page | block … canary bytes | guard page |         guarded: the block at one of the ends
//
// A freed one loses all permissions and keeps its addresses until it is the oldest of too many.

import Memory
import Platform
import Synchronization
import Traces

/// The freed large blocks in the order of their frees, linked through their records.
struct LargeQueue {
  var first: UInt = 0
  var last: UInt = 0
  var count = 0
  var byteCount = 0
}

extension DebugHeap {
  // Freed large blocks cost addresses, but no memory: so many times the quarantine, and each may
  // split a mapping.
  private static var quarantineFactor: Int { 64 }
  private static var freedLimit: Int { 4096 }

  @inline(__always)
  func lockLarge() { if Policy.isShared { storage.pointee.largeLock.lock() } }

  @inline(__always)
  func unlockLarge() { if Policy.isShared { storage.pointee.largeLock.unlock() } }

  /// A block with a mapping of its own.
  func allocateLarge(_ byteCount: Int, alignment: Int, _ origin: Origin) -> NewBlock {
    guard let record = makeLarge(byteCount, alignment: alignment, origin) else { return .none }
    fillAround(record)
    return insertLarge(record) ? NewBlock(address: record.block, isZero: true) : .none
  }

  /// A mapping for a block with `room` inaccessible bytes behind it to grow into, which nobody else knows yet.
  func makeLarge(_ byteCount: Int, alignment: Int, _ origin: Origin, room: Int = 0)
    -> LargeRecord?
  {
    let pageSize = System.pageSize
    let placement = storage.pointee.settings.placement
    let dataBytes = System.roundUpToPage(max(byteCount, 1))
    let slack = alignment > pageSize ? alignment : 0
    let mappingBytes = dataBytes + slack + System.roundUpToPage(room) + 2 * pageSize
    let pages = storage.pointee.pages
    guard let mapping = mapLarge(mappingBytes) else { return nil }
    let mask = UInt(max(alignment, pageSize) - 1)
    let start = (mapping + UInt(pageSize) + mask) & ~mask
    let end = start + UInt(dataBytes)
    let isSealed =
      !pages.canSeal
      || pages.seal(mapping, byteCount: Int(start - mapping))
        && pages.seal(end, byteCount: Int(mapping + UInt(mappingBytes) - end))
    if !isSealed {
      _ = pages.release(mapping, byteCount: mappingBytes)
      return nil
    }
    // Where nothing can be inaccessible, canary bytes stand in the last page, too.
    let area = Area(start: start, end: pages.canSeal ? end : mapping + UInt(mappingBytes))
    let block = area.block(byteCount, alignment: alignment, placement)
    return LargeRecord(
      block: block, mapping: mapping, mappingBytes: mappingBytes, area: area, requested: byteCount,
      alignment: alignment, kind: origin.kind, isFreed: false, isSetAside: false,
      allocatingThread: origin.thread, freeingThread: 0, allocation: origin.trace, reallocation: 0,
      release: 0, next: 0)
  }

  /// Enters a live block; false without memory for its record, and then its mapping is gone.
  func insertLarge(_ record: LargeRecord) -> Bool {
    lockLarge()
    let isInserted = storage.pointee.large.insert(record)
    if isInserted { storage.pointee.largeRequestedBytes += record.requested }
    unlockLarge()
    if isInserted {
      storage.pointee.islands.add(1, ordering: .relaxed)
    } else {
      _ = storage.pointee.pages.release(record.mapping, byteCount: record.mappingBytes)
    }
    return isInserted
  }

  // When the system has no more addresses, those of freed blocks are given back: the oldest first.
  private func mapLarge(_ byteCount: Int) -> UInt? {
    while true {
      if let mapping = storage.pointee.pages.allocate(byteCount: byteCount) { return mapping }
      if !giveBackOldestLarge() { return nil }
    }
  }

  /// False when no freed block is left.
  func giveBackOldestLarge() -> Bool {
    lockLarge()
    defer { unlockLarge() }
    if storage.pointee.largeQueue.count == 0 { return false }
    releaseOldestLarge()
    return true
  }

  func fillAround(_ record: LargeRecord) {
    if !isChecked { return }
    if record.block >= record.area.end || record.block < record.area.start {
      Pattern.fillCanary(record.area.start, record.area.end)
      return
    }
    Pattern.fillCanary(record.area.start, record.block)
    Pattern.fillCanary(record.block + UInt(record.requested), record.area.end)
  }

  func freeLarge(_ address: UInt, _ release: Release) -> Finding? {
    lockLarge()
    defer { unlockLarge() }
    guard let record = storage.pointee.large.find(address) else {
      if freeEmergency(address) { return nil }
      return Finding(.invalidFree, address, nearestLarge(address))
    }
    let block = BlockDescription(record.pointee)
    if record.pointee.isFreed { return Finding(.doubleFree, address, block) }
    let finding = checkLarge(record.pointee, Self.place(release)) ?? mismatch(block, release)
    let area = record.pointee.area
    if !storage.pointee.pages.seal(area.start, byteCount: area.byteCount) {
      Pattern.fillFreed(area.start, area.byteCount)
    }
    storage.pointee.islands.subtract(1, ordering: .relaxed)
    storage.pointee.largeRequestedBytes -= record.pointee.requested
    discharge(record.pointee.requested)
    record.pointee.isFreed = true
    record.pointee.release = release.trace
    record.pointee.freeingThread = release.thread
    quarantine(record)
    return finding
  }

  /// Puts a freed block, whose lock is held, at the end of the queue, and gives the oldest ones back.
  func quarantine(_ record: UnsafeMutablePointer<LargeRecord>) {
    let block = record.pointee.block
    record.pointee.next = 0
    if let last = storage.pointee.large.find(storage.pointee.largeQueue.last) {
      last.pointee.next = block
    } else {
      storage.pointee.largeQueue.first = block
    }
    storage.pointee.largeQueue.last = block
    storage.pointee.largeQueue.count += 1
    storage.pointee.largeQueue.byteCount += record.pointee.mappingBytes
    let limit = storage.pointee.settings.quarantine
    let factor = storage.pointee.pages.canSeal ? Self.quarantineFactor : 1
    while storage.pointee.largeQueue.count > (limit == 0 ? 0 : Self.freedLimit)
      || storage.pointee.largeQueue.byteCount / factor > limit
    {
      releaseOldestLarge()
    }
  }

  private func releaseOldestLarge() {
    guard let record = storage.pointee.large.find(storage.pointee.largeQueue.first) else { return }
    let mapping = record.pointee.mapping
    let byteCount = record.pointee.mappingBytes
    storage.pointee.largeQueue.first = record.pointee.next
    if record.pointee.next == 0 { storage.pointee.largeQueue.last = 0 }
    storage.pointee.largeQueue.count -= 1
    storage.pointee.largeQueue.byteCount -= byteCount
    let isSetAside = record.pointee.isSetAside
    storage.pointee.large.remove(record.pointee.block)
    // The program was let into memory that was set aside: it stays.
    if !isSetAside { _ = storage.pointee.pages.release(mapping, byteCount: byteCount) }
  }

  /// What is wrong with the canary bytes around a live large block.
  func checkLarge(_ record: LargeRecord, _ place: StaticString) -> Finding? {
    if !isChecked { return nil }
    if record.block >= record.area.end || record.block < record.area.start { return nil }
    let end = record.block + UInt(record.requested)
    let isWhole = Pattern.isCanary(end, record.area.end)
    if isWhole, Pattern.isCanary(record.area.start, record.block) { return nil }
    let damage =
      isWhole
      ? Pattern.damage(record.area.start, record.block, isFreed: false)
      : Pattern.damage(end, record.area.end, isFreed: false)
    guard let (first, last) = damage else { return nil }
    var finding = Finding(
      isWhole ? .underflow : .overflow, isWhole ? last : first, BlockDescription(record))
    finding.discovery = .bytes(place)
    finding.damage = Damage(first: first, last: last, in: record.area, isFreed: false)
    return finding
  }

  /// As `checkAll`, for large blocks.
  func checkAllLarge(_ place: StaticString) -> Int {
    var count = 0
    while true {
      var finding: Finding?
      lockLarge()
      storage.pointee.large.forEach { record in
        if finding != nil || record.pointee.isFreed { return }
        finding = checkLarge(record.pointee, place)
        if finding != nil { fillAround(record.pointee) }
      }
      unlockLarge()
      guard let finding else { return count }
      count += 1
      report(finding)
    }
  }
}
