// Buckets come and go: a slice is taken for a class, and sealed when all its slots were given out and
// freed.

import Memory
import Platform
import Synchronization

extension DebugHeap {
  /// A bucket for the class, whose lock is held; nil when there is no memory for one. One that is not in use has
  /// a freed block that was written to, in the slot `next`: its slice could not be sealed.
  func newBucket(_ sizeClass: Int) -> BucketPointer? {
    let isGuarded = sizeClass == Self.guardedClass
    guard let bucket = takeSlice(sizeClass) else {
      // What cannot be sealed is memory that others may have.
      return !storage.pointee.pages.canSeal && giveBackOldestLarge() ? newBucket(sizeClass) : nil
    }
    if !storage.pointee.pages.canSeal, let damaged = firstDamaged(bucket) {
      bucket.pointee.next = UInt32(damaged)
      return bucket
    }
    let start = bucket.pointee.start
    if !isGuarded, !storage.pointee.pages.commit(start, byteCount: PageMap.sliceSize) {
      // It counts as retired again, and so as an island.
      if !bucket.pointee.isGuarded { storage.pointee.islands.add(1, ordering: .relaxed) }
      lockRegions()
      bucket.pointee.state = .retired
      bucket.pointee.stamp = now
      storage.pointee.regions.retire(bucket)
      unlockRegions()
      return nil
    }
    if !isGuarded, storage.pointee.classes[sizeClass].hasHadBucket {
      storage.pointee.pages.populate(start, byteCount: PageMap.sliceSize)
    }
    storage.pointee.classes[sizeClass].hasHadBucket = true
    let slotSize = Self.slotSize(sizeClass)
    let lead = isGuarded ? 0 : Bucket.lead
    let slotCount = (PageMap.sliceSize - lead) / slotSize
    bucket.pointee = Bucket(
      start: start, state: .inUse, sizeClass: UInt8(sizeClass), isGuarded: isGuarded,
      isSetAside: false, slotSize: UInt32(slotSize), slotCount: UInt32(slotCount), handedOut: 0,
      liveCount: 0, ordinal: bucket.pointee.ordinal, next: 0, stamp: 0)
    UnsafeMutableRawPointer(bucket.slot(0)).initializeMemory(
      as: UInt8.self, repeating: 0, count: slotCount * MemoryLayout<SlotRecord>.stride)
    if !isGuarded { Pattern.fillCanary(start, start + UInt(lead)) }
    return bucket
  }

  /// A slice that no bucket uses: one that was retired long ago, a fresh one, or the one that was
  /// retired first.
  private func takeSlice(_ sizeClass: Int) -> BucketPointer? {
    lockRegions()
    defer { unlockRegions() }
    // The program was let into a slice that was set aside: it stays out of use.
    while let oldest = storage.pointee.regions.oldestRetired, oldest.pointee.isSetAside {
      storage.pointee.regions.removeOldestRetired()
    }
    if let oldest = storage.pointee.regions.oldestRetired, isOld(oldest.pointee.stamp),
      let bucket = takeRetired(oldest, sizeClass)
    {
      return bucket
    }
    if let bucket = storage.pointee.regions.takeFresh() { return bucket }
    guard let oldest = storage.pointee.regions.oldestRetired else { return nil }
    return takeRetired(oldest, sizeClass)
  }

  // Whoever reads the bucket's records holds the lock of its class: both locks are needed. The other
  // one is only tried, as its holder may wait for that of the regions.
  private func takeRetired(_ bucket: BucketPointer, _ sizeClass: Int) -> BucketPointer? {
    let old = Int(bucket.pointee.sizeClass)
    let isOther = old != sizeClass && Policy.isShared
    if isOther, !storage.pointee.classes[old].lock.tryLock() { return nil }
    storage.pointee.regions.removeOldestRetired()
    if !bucket.pointee.isGuarded { storage.pointee.islands.subtract(1, ordering: .relaxed) }
    bucket.pointee.state = .unused
    if isOther { storage.pointee.classes[old].lock.unlock() }
    return bucket
  }

  /// Seals the bucket, whose class' lock is held, if all its slots were given out and freed. The
  /// index of a slot that was written to meanwhile; then it stays.
  @inline(__always)
  func retireIfEmpty(
    _ bucket: BucketPointer, _ state: UnsafeMutablePointer<DebugClass>
  ) -> Int? {
    if bucket.pointee.liveCount > 0 || bucket.pointee.handedOut < bucket.pointee.slotCount
      || bucket.pointee.isSetAside
    {
      return nil
    }
    return retire(bucket, state)
  }

  @inline(never)
  private func retire(
    _ bucket: BucketPointer, _ state: UnsafeMutablePointer<DebugClass>
  ) -> Int? {
    if !bucket.pointee.isGuarded {
      if let damaged = firstDamaged(bucket) { return damaged }
      let islands = storage.pointee.islands.load(ordering: .relaxed)
      if islands > storage.pointee.settings.mappingBudget { return nil }
      let pages = storage.pointee.pages
      if pages.canSeal, !pages.seal(bucket.pointee.start, byteCount: PageMap.sliceSize) {
        return nil
      }
      storage.pointee.islands.add(1, ordering: .relaxed)
    }
    if state.pointee.current == bucket { state.pointee.current = nil }
    bucket.pointee.state = .retired
    bucket.pointee.stamp = now
    lockRegions()
    storage.pointee.regions.retire(bucket)
    unlockRegions()
    return nil
  }

  /// The index of a freed slot that was written to.
  @inline(__always)
  private func firstDamaged(_ bucket: BucketPointer) -> Int? {
    for index in 0..<Int(bucket.pointee.slotCount)
    where !isUntouched(bucket, index) { return index }
    return nil
  }

  @inline(__always)
  func lockRegions() { if Policy.isShared { storage.pointee.regions.lock.lock() } }

  @inline(__always)
  func unlockRegions() { if Policy.isShared { storage.pointee.regions.lock.unlock() } }
}
