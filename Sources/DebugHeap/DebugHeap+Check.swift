// Looking at the bytes that must not change: canary bytes around blocks, the fill of freed ones.

import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// Whether all is whole around a live block, the lock of whose class is held: behind it up to the end
  /// of its slot, and before it down to the end of the block before.
  @inline(__always)
  func isWhole(_ bucket: BucketPointer, _ index: Int) -> Bool {
    if !isChecked { return true }
    let (before, behind) = gaps(bucket, index)
    return Pattern.isCanary(behind.start, behind.end) && Pattern.isCanary(before.start, before.end)
  }

  /// The bytes before and behind a live block that must not change.
  @inline(__always)
  private func gaps(_ bucket: BucketPointer, _ index: Int) -> (before: Area, behind: Area) {
    let placement = bucket.pointee.isGuarded ? storage.pointee.settings.placement : .slots
    let area = bucket.area(index, placement)
    let record = bucket.slot(index)
    let start = area.block(
      record.pointee.requested, alignment: record.pointee.alignment, placement)
    let end = start &+ UInt(bitPattern: record.pointee.requested)
    // A guarded block of no bytes stands outside.
    if start < area.start { return (Area(start: end, end: end), area) }
    if start >= area.end { return (area, Area(start: end, end: end)) }
    // Before it, the end of the slot before: canary bytes, as no block reaches into them.
    let before = bucket.pointee.isGuarded ? area.start : area.start &- UInt(Bucket.lead)
    return (Area(start: before, end: start), Area(start: end, end: area.end))
  }

  /// What is wrong around a live block.
  @inline(never)
  func damage(around bucket: BucketPointer, _ index: Int, _ place: StaticString) -> Finding? {
    let (before, behind) = gaps(bucket, index)
    return damageAround(bucket, index, before, place) ?? damageAround(bucket, index, behind, place)
  }

  /// The finding for damaged canary bytes between two blocks: whose they are is told by the end that they
  /// are nearer to.
  @inline(never)
  private func damageAround(
    _ bucket: BucketPointer, _ index: Int, _ gap: Area, _ place: StaticString
  ) -> Finding? {
    if Pattern.isCanary(gap.start, gap.end) { return nil }
    let placement = storage.pointee.settings.placement
    let own = BlockDescription(bucket.slot(index).pointee, start: bucket.block(index, placement))
    let isBehind = gap.start >= own.start
    var over: BlockDescription? = isBehind ? own : nil
    var under: BlockDescription? = isBehind ? nil : own
    let neighbour = isBehind ? index + 1 : index - 1
    if !bucket.pointee.isGuarded, neighbour >= 0, neighbour < Int(bucket.pointee.handedOut),
      bucket.slot(neighbour).pointee.state == .live || !isBehind
    {
      let other = BlockDescription(
        bucket.slot(neighbour).pointee, start: bucket.block(neighbour, placement))
      if isBehind { under = other } else { over = other }
    }
    // All canary bytes from the end of the one to the beginning of the other, of which the gap may show
    // a part.
    let start = isBehind ? gap.start : over.map { $0.start &+ UInt($0.requested) } ?? gap.start
    let end = isBehind ? under.map { $0.start } ?? gap.end : gap.end
    guard let (first, last) = Pattern.damage(start, end, isFreed: false) else { return nil }
    let distanceBehind = over.map { first &- ($0.start &+ UInt($0.requested)) } ?? UInt.max
    let distanceBefore = under.map { $0.start &- 1 &- last } ?? UInt.max
    let isOverflow = distanceBehind <= distanceBefore
    var finding = Finding(
      isOverflow ? .overflow : .underflow, isOverflow ? first : last, isOverflow ? over : under)
    finding.discovery = .bytes(place)
    finding.damage = Damage(
      first: first, last: last,
      in: Area(
        start: bucket.pointee.isGuarded ? start : max(bucket.pointee.start, start &- 16), end: end),
      isFreed: false)
    // It is reported once.
    if canReport { Pattern.fillCanary(first, last &+ 1) }
    return finding
  }

  /// Whether a freed block in a slot that is not guarded is as it was left.
  @inline(__always)
  func isUntouched(_ bucket: BucketPointer, _ index: Int) -> Bool {
    if bucket.pointee.isGuarded || !isChecked { return true }
    let record = bucket.slot(index)
    if record.pointee.state != .freed { return true }
    let requested = record.pointee.requested
    let area = bucket.area(index, .slots)
    let start = area.block(requested, alignment: record.pointee.alignment, .slots)
    return Pattern.isFreed(start, requested)
      && Pattern.isCanary(start &+ UInt(bitPattern: requested), area.end)
  }

  /// What is wrong with a freed block.
  @inline(never)
  func damage(inside bucket: BucketPointer, _ index: Int, _ place: StaticString) -> Finding? {
    let record = bucket.slot(index).pointee
    let area = bucket.area(index, .slots)
    let start = area.block(record.requested, alignment: record.alignment, .slots)
    let end = start + UInt(record.requested)
    guard let (first, last) = Pattern.damage(start, end, isFreed: true) else {
      return damageAround(bucket, index, Area(start: end, end: area.end), place)
    }
    var finding = Finding(.useAfterFree, first, BlockDescription(record, start: start))
    finding.discovery = .bytes(place)
    finding.damage = Damage(first: first, last: last, in: area, isFreed: true)
    if canReport { Pattern.fillFreed(first, Int(last &- first) &+ 1) }
    return finding
  }

  // MARK: Everything

  /// Looks at every block, live and freed; reports each damage. The number of damaged blocks.
  @discardableResult
  package func checkAll(_ place: StaticString) -> Int {
    guard isChecked, enter() else { return 0 }
    defer { leave() }
    var count = 0
    for ordinal in 1..<max(storage.pointee.regions.takenCount + 1, 1) {
      count += checkBucket(storage.pointee.regions.bucket(ordinal: ordinal), place)
    }
    return count + checkAllLarge(place)
  }

  private func checkBucket(_ bucket: BucketPointer, _ place: StaticString) -> Int {
    var count = 0
    var index = 0
    while true {
      let state = lock(Int(bucket.pointee.sizeClass))
      var finding: Finding?
      let isRetired = bucket.pointee.state == .retired
      if bucket.pointee.state == .inUse || isRetired && !storage.pointee.pages.canSeal {
        while index < Int(bucket.pointee.handedOut), finding == nil {
          switch bucket.slot(index).pointee.state {
          case .live:
            if !isWhole(bucket, index) {
              finding = damage(around: bucket, index, place)
            }
          case .freed:
            if !isUntouched(bucket, index) {
              finding = damage(inside: bucket, index, place)
              setAside(bucket, index)
            }
          default: break
          }
          index += 1
        }
      }
      unlock(state)
      guard var finding else { return count }
      count += 1
      finding.trace = 0
      report(finding)
    }
  }
}
