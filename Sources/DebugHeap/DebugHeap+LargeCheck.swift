// The bytes of large blocks that must not change: canary bytes around live ones, and the fill of freed ones that could not
// be sealed.

import Memory
import Platform
import Traces

extension DebugHeap {
  /// Writes the canary bytes around a block.
  func fillAround(_ record: LargeRecord) {
    if !isChecked { return }
    if record.block >= record.area.end || record.block < record.area.start {
      Pattern.fillCanary(record.area.start, record.area.end)
      return
    }
    Pattern.fillCanary(record.area.start, record.block)
    Pattern.fillCanary(record.block + UInt(record.requested), record.area.end)
  }

  /// What is wrong with the fill of a freed block that could not be sealed. It is looked at when the block leaves the quarantine.
  func checkFreed(_ record: LargeRecord, _ place: StaticString) -> Finding? {
    if !record.isFilled { return nil }
    let area = record.area
    guard let (first, last) = Pattern.damage(area.start, area.end, isFreed: true) else {
      return nil
    }
    var finding = Finding(.useAfterFree, first, BlockDescription(record))
    finding.discovery = .bytes(place)
    finding.damage = Damage(first: first, last: last, in: area, isFreed: true)
    return finding
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
        if finding != nil { return }
        if record.pointee.isFreed {
          finding = checkFreed(record.pointee, place)
          let area = record.pointee.area
          if finding != nil { Pattern.fillFreed(area.start, area.byteCount) }
        } else {
          finding = checkLarge(record.pointee, place)
          if finding != nil { fillAround(record.pointee) }
        }
      }
      unlockLarge()
      guard let finding else { return count }
      count += 1
      report(finding)
    }
  }
}
