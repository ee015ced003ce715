// Large blocks: in cells (DebugHeap+Cells), or each in a mapping of its own between inaccessible pages:
//
//   | guard page | block … canary bytes | guard page |         guarded: the block at one of the ends
//
// The two pages are sealed as long as there are few such mappings; beyond, they are hidden, where the system can do so.

import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// A block above `largestSlot`, or one that is to be guarded and fills more than a page.
  func allocateLarge(_ byteCount: Int, alignment: Int, _ origin: Origin) -> NewBlock {
    guard let record = makeLarge(byteCount, alignment: alignment, origin) else { return .none }
    fillAround(record)
    return insertLarge(record) ? NewBlock(address: record.block, isZero: true) : .none
  }

  /// A block which nobody else knows yet.
  private func makeLarge(_ byteCount: Int, alignment: Int, _ origin: Origin) -> LargeRecord? {
    if prefersCells, let record = makeInCell(byteCount, alignment: alignment, origin) {
      return record
    }
    if let record = makeApart(byteCount, alignment: alignment, origin) { return record }
    // Addresses are short: a free cell may be left.
    return storage.pointee.pages.canSeal
      ? makeInCell(byteCount, alignment: alignment, origin) : nil
  }

  /// A mapping for a block with `room` inaccessible bytes behind it to grow into, which nobody else knows yet.
  func makeApart(_ byteCount: Int, alignment: Int, _ origin: Origin, room: Int = 0)
    -> LargeRecord?
  {
    let pageSize = System.pageSize
    let dataBytes = System.roundUpToPage(max(byteCount, 1))
    let slack = alignment > pageSize ? alignment : 0
    let mappingBytes = dataBytes + slack + System.roundUpToPage(room) + 2 * pageSize
    guard let mapping = mapLarge(mappingBytes) else { return nil }
    let mask = UInt(max(alignment, pageSize) - 1)
    let start = (mapping + UInt(pageSize) + mask) & ~mask
    let end = start + UInt(dataBytes)
    let canSeal = storage.pointee.pages.canSeal
    let isIsland =
      canSeal && mayStandApart
      && enclose(start, end, mapping, mappingBytes) {
        storage.pointee.pages.seal($0, byteCount: $1)
      }
    if isIsland, room > 0 {
      storage.pointee.pages.setDumped(false, end, byteCount: System.roundUpToPage(room))
    }
    let isGuarded =
      isIsland
      || canSeal && isChecked && canHide
        && enclose(start, end, mapping, mappingBytes) {
          storage.pointee.pages.hide($0, byteCount: $1)
        }
    if canSeal, isChecked, !isGuarded { warnUnguarded() }
    // Where nothing is inaccessible, canary bytes stand in the page behind, too.
    let limit = canSeal ? end + UInt(pageSize) : mapping + UInt(mappingBytes)
    let area = Area(start: start, end: isGuarded || !isChecked ? end : limit)
    let placement = isGuarded || !canSeal ? storage.pointee.settings.placement : .slots
    return LargeRecord(
      block: area.block(byteCount, alignment: alignment, placement), mapping: mapping,
      mappingBytes: mappingBytes, area: area, requested: byteCount, alignment: alignment, origin,
      pool: 0, isIsland: isIsland)
  }

  // What is in front of the pages from `start` up to `end`, and what is behind them.
  private func enclose(
    _ start: UInt, _ end: UInt, _ mapping: UInt, _ mappingBytes: Int,
    _ body: (UInt, Int) -> Bool
  ) -> Bool {
    body(mapping, Int(start - mapping)) && body(end, Int(mapping + UInt(mappingBytes) - end))
  }

  /// Enters a live block; false without memory for its record, and then its place is given back.
  private func insertLarge(_ record: LargeRecord) -> Bool {
    lockLarge()
    let isInserted = storage.pointee.large.insert(record)
    if isInserted {
      storage.pointee.largeRequestedBytes += record.requested
      if record.isIsland { countApart(1) }
    } else {
      giveBackPlace(record)
    }
    unlockLarge()
    return isInserted
  }

  /// Counts a block between sealed pages.
  func countApart(_ difference: Int) {
    storage.pointee.apartCount.add(difference, ordering: .relaxed)
    storage.pointee.mappingCount.add(difference, ordering: .relaxed)
  }

  // When the system has no more addresses, those of freed blocks are given back: the oldest first.
  private func mapLarge(_ byteCount: Int) -> UInt? {
    while true {
      if let mapping = storage.pointee.pages.allocate(byteCount: byteCount) { return mapping }
      if !giveBackOldestLarge() { return nil }
    }
  }

  func freeLarge(_ address: UInt, _ release: Deallocation) -> Finding? {
    lockLarge()
    defer { unlockLarge() }
    guard let record = storage.pointee.large.find(address) else {
      if freeEmergency(address) { return nil }
      if let block = storage.pointee.largeGraves.find(address) {
        return Finding(.doubleFree, address, block)
      }
      return Finding(.invalidFree, address, nearestLarge(address))
    }
    let block = BlockDescription(record.pointee)
    if record.pointee.isFreed { return Finding(.doubleFree, address, block) }
    let finding = checkLarge(record.pointee, Self.place(release)) ?? mismatch(block, release)
    // Without checks nobody would look at a fill.
    if isChecked, !sealLarge(record.pointee) {
      record.pointee.isFilled = true
      Pattern.fillFreed(record.pointee.area.start, record.pointee.area.byteCount)
    }
    if record.pointee.isIsland { countApart(-1) }
    storage.pointee.largeRequestedBytes -= record.pointee.requested
    discharge(record.pointee.requested)
    record.pointee.isFreed = true
    record.pointee.release = release.trace
    record.pointee.freeingThread = release.thread
    quarantine(record)
    return finding
  }
}
