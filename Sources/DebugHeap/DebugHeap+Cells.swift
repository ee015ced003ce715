// Large blocks in cells (LargePools). Without checks every large block that fits has one: nobody looks for guards there. With
// checks a block has a mapping of its own between inaccessible pages as long as there are few such mappings; the blocks beyond
// have a cell, with hidden pages around it where the system can hide pages, else with canary bytes up to the end of their
// last page.

import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// Whether the system can hide pages. It is asked once, when there are many blocks.
  var canHide: Bool {
    let known = storage.pointee.hiding.load(ordering: .relaxed)
    if known != 0 { return known == 1 }
    let answer = storage.pointee.pages.canHide
    storage.pointee.hiding.store(answer ? 1 : 2, ordering: .relaxed)
    return answer
  }

  /// A quarter of the budget of mappings is for large blocks.
  var apartLimit: Int { storage.pointee.settings.mappingBudget / 4 }

  /// Whether a large block may have a mapping between inaccessible pages.
  var mayStandApart: Bool {
    storage.pointee.apartCount.load(ordering: .relaxed) < apartLimit
      && storage.pointee.mappingCount.load(ordering: .relaxed)
        < storage.pointee.settings.mappingBudget
  }

  /// Whether the next large block is to have a cell.
  var prefersCells: Bool { storage.pointee.pages.canSeal && (!isChecked || !mayStandApart) }

  /// Bytes behind a block in a cell that are not hidden: without checks one, so that a pointer to the block's end is no pointer
  /// to the next block.
  private func gap(isHidden: Bool) -> Int { isHidden ? 0 : isChecked ? Policy.canaryByteCount : 1 }

  /// A block in a cell, which nobody else knows yet; nil when it is too long, or without memory.
  func makeInCell(_ byteCount: Int, alignment: Int, _ origin: Origin) -> LargeRecord? {
    let pageSize = System.pageSize
    let hides = isChecked && canHide
    let slack = alignment > pageSize ? alignment - pageSize : 0
    let needed =
      System.roundUpToPage(max(byteCount, 1) + gap(isHidden: hides)) + (hides ? pageSize : 0)
    guard let sizeClass = LargePools<Policy.Pages>.sizeClass(needed + slack),
      let cell = takeCell(sizeClass, hides: hides)
    else { return nil }
    let mask = UInt(max(alignment, pageSize) - 1)
    let start = (cell.start + mask) & ~mask
    let dataBytes = System.roundUpToPage(max(byteCount, 1) + gap(isHidden: cell.isHidden))
    let area = Area(start: start, end: start + UInt(dataBytes))
    if cell.isHidden, !storage.pointee.pages.reveal(start, byteCount: dataBytes) {
      giveBackCell(cell.start, cell.pool)
      return nil
    }
    var placement = storage.pointee.settings.placement
    if !cell.isHidden, isChecked {
      warnUnguarded()
      placement = .slots
    }
    return LargeRecord(
      block: area.block(byteCount, alignment: alignment, placement), mapping: cell.start,
      mappingBytes: Int(cell.end - cell.start), area: area, requested: byteCount,
      alignment: alignment, origin, pool: cell.pool, isIsland: false)
  }

  private func takeCell(_ sizeClass: Int, hides: Bool) -> Cell? {
    lockLarge()
    defer { unlockLarge() }
    while true {
      if let cell = storage.pointee.pools.take(sizeClass) { return cell }
      if storage.pointee.pools.add(sizeClass, isHidden: hides) { continue }
      if storage.pointee.largeQueue.count == 0 { return nil }
      releaseOldestLarge()
    }
  }

  func giveBackCell(_ start: UInt, _ pool: UInt32) {
    lockLarge()
    storage.pointee.pools.giveBack(start, pool)
    unlockLarge()
  }

  /// Gives back what a record, whose block is not entered any more, has: its mapping or its cell.
  func giveBackPlace(_ record: LargeRecord) {
    if record.pool == 0 {
      _ = storage.pointee.pages.release(record.mapping, byteCount: record.mappingBytes)
      return
    }
    let pages = storage.pointee.pages
    let isHidden = storage.pointee.pools[record.pool].pointee.isHidden
    let isClean = isHidden && pages.hide(record.area.start, byteCount: record.area.byteCount)
    // Pages that the program locked into memory keep their contents.
    if !isClean, !pages.purge(record.area.start, byteCount: record.area.byteCount) {
      UnsafeMutableRawPointer(bitPattern: record.area.start)?.initializeMemory(
        as: UInt8.self, repeating: 0, count: record.area.byteCount)
    }
    storage.pointee.pools.giveBack(record.mapping, record.pool)
  }

  /// Takes the contents of a block that is being freed, and access to it; false when the system refuses, or cannot.
  func sealLarge(_ record: LargeRecord) -> Bool {
    let area = record.area
    if record.isIsland {
      if !storage.pointee.pages.seal(area.start, byteCount: area.byteCount) { return false }
      // With the pages around it, so that freed neighbours are one mapping.
      storage.pointee.pages.setDumped(false, record.mapping, byteCount: record.mappingBytes)
      return true
    }
    let isHidden = record.pool == 0 || storage.pointee.pools[record.pool].pointee.isHidden
    return isHidden && canHide && storage.pointee.pages.hide(area.start, byteCount: area.byteCount)
  }

  /// Whether the block can have the size where it is: its pages suffice, or there is room behind them. Its lock is held.
  func fitLarge(_ record: UnsafeMutablePointer<LargeRecord>, _ byteCount: Int) -> Bool {
    let pages = storage.pointee.pages
    let area = record.pointee.area
    let pool = record.pointee.pool
    let isHidden = pool != 0 && storage.pointee.pools[pool].pointee.isHidden
    let hasGuard = pool == 0 || isHidden
    let wanted = System.roundUpToPage(byteCount + gap(isHidden: hasGuard))
    if wanted == area.byteCount { return true }
    let end = area.start &+ UInt(wanted)
    let limit = record.pointee.mapping + UInt(record.pointee.mappingBytes)
    if wanted < area.byteCount || end > limit - UInt(hasGuard ? System.pageSize : 0) {
      return false
    }
    let more = wanted - area.byteCount
    if pool == 0 {
      if !pages.commit(area.end, byteCount: more) { return false }
      pages.setDumped(true, area.end, byteCount: more)
    }
    // The room of an alignment behind a block beyond the budget is hidden, too.
    let mayBeHidden = isHidden || pool == 0 && !record.pointee.isIsland && canHide
    if mayBeHidden, !pages.reveal(area.end, byteCount: more) { return false }
    // The canary bytes become the program's.
    let oldEnd = record.pointee.block + UInt(record.pointee.requested)
    UnsafeMutableRawPointer(bitPattern: oldEnd)?.initializeMemory(
      as: UInt8.self, repeating: 0, count: Int(area.end - oldEnd))
    record.pointee.area = Area(start: area.start, end: end)
    return true
  }
}
