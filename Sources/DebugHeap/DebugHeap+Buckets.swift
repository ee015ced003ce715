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
    if !isGuarded, let bucket = takeReady() { return begin(bucket, sizeClass) }
    guard let bucket = takeSlice(sizeClass) else {
      // What cannot be sealed is memory that others may have.
      return !storage.pointee.pages.canSeal && giveBackOldestLarge() ? newBucket(sizeClass) : nil
    }
    if !storage.pointee.pages.canSeal, let damaged = firstDamaged(bucket) {
      bucket.pointee.next = UInt32(damaged)
      return bucket
    }
    let start = bucket.pointee.start
    // Hidden pages are sealed ones from here on.
    let isReady =
      !bucket.pointee.isHidden
      || storage.pointee.pages.seal(start, byteCount: PageMap.sliceSize)
    if isReady { bucket.pointee.isHidden = false }
    // As a whole, so that pages of blocks and those between are of one kind; and first, as hidden pages get the kernel's record
    // of anonymous memory at once, which the neighbours share only if they are of one kind then: else each is a mapping.
    storage.pointee.pages.setDumped(true, start, byteCount: PageMap.sliceSize)
    let isOpen =
      isReady
      && (isGuarded
        ? enclose(bucket)
        : storage.pointee.pages.commit(start, byteCount: PageMap.sliceSize) || joinRest(start))
    if !isOpen {
      storage.pointee.pages.setDumped(false, start, byteCount: PageMap.sliceSize)
      retireAgain(bucket)
      return nil
    }
    if isGuarded { return begin(bucket, sizeClass) }
    if storage.pointee.classes[sizeClass].hasHadBucket {
      storage.pointee.pages.populate(start, byteCount: PageMap.sliceSize)
    }
    return begin(bucket, sizeClass)
  }

  /// Opens a slice that was refused, as the program has all mappings: when all addresses of the region behind it are part of core
  /// files, too, the slice joins the one before it, and no mapping is split.
  private func joinRest(_ start: UInt) -> Bool {
    let pages = storage.pointee.pages
    var end = start
    storage.pointee.regions.forEachMapping { first, byteCount in
      if start &- first < UInt(byteCount) { end = first + UInt(byteCount) }
    }
    pages.setDumped(true, start, byteCount: Int(end - start))
    return pages.commit(start, byteCount: PageMap.sliceSize)
  }

  /// A slice whose pages were refused. It counts as retired, and so as an island.
  private func retireAgain(_ bucket: BucketPointer) {
    if !bucket.pointee.isGuarded { storage.pointee.mappingCount.add(1, ordering: .relaxed) }
    lockRegions()
    bucket.pointee.state = .retired
    bucket.pointee.stamp = now
    storage.pointee.regions.retire(bucket)
    unlockRegions()
  }

  private func begin(_ bucket: BucketPointer, _ sizeClass: Int) -> BucketPointer {
    // Only a ready slice has pages, its own or those of another one.
    let isMoved = bucket.pointee.state == .ready && bucket.pointee.isMoved
    let isHidden = bucket.pointee.isHidden && bucket.pointee.state != .ready
    storage.pointee.classes[sizeClass].hasHadBucket = true
    let isGuarded = sizeClass == Self.guardedClass
    let start = bucket.pointee.start
    bucket.pointee = Bucket(
      start: start, ordinal: bucket.pointee.ordinal, sizeClass: sizeClass,
      slotSize: Self.slotSize(sizeClass), isGuarded: isGuarded, isMoved: isMoved)
    bucket.pointee.isHidden = isHidden
    // A stale address may lead somebody here under the lock of the class that the slice had before.
    atomicMemoryFence(ordering: .releasing)
    bucket.pointee.state = .inUse
    if !isGuarded { Pattern.fillCanary(start, start + UInt(Bucket.lead)) }
    return bucket
  }

  // MARK: Slices

  /// A slice that no bucket uses, inaccessible: an unused one or, when there is none, the one that was
  /// retired first.
  private func takeSlice(_ sizeClass: Int) -> BucketPointer? {
    lockRegions()
    defer { unlockRegions() }
    if let bucket = takeUnused(sizeClass) { return bucket }
    guard let oldest = storage.pointee.regions.oldestRetired else { return nil }
    return takeRetired(oldest, sizeClass)
  }

  /// A slice that was retired long ago, or a fresh one. The lock of the regions is held.
  private func takeUnused(_ sizeClass: Int) -> BucketPointer? {
    // The program was let into a slice that was set aside: it stays out of use.
    while let oldest = storage.pointee.regions.oldestRetired, oldest.pointee.isSetAside {
      storage.pointee.regions.removeOldestRetired()
    }
    if let oldest = storage.pointee.regions.oldestRetired, isOld(oldest.pointee.stamp),
      let bucket = takeRetired(oldest, sizeClass)
    {
      return bucket
    }
    return storage.pointee.regions.takeFresh()
  }

  // Whoever reads the bucket's records holds the lock of its class: both locks are needed. The other
  // one is only tried, as its holder may wait for that of the regions.
  private func takeRetired(_ bucket: BucketPointer, _ sizeClass: Int) -> BucketPointer? {
    let old = Int(bucket.pointee.sizeClass)
    let isOther = old != sizeClass && Policy.isShared
    if isOther, !storage.pointee.classes[old].lock.tryLock() { return nil }
    storage.pointee.regions.removeOldestRetired()
    if !bucket.pointee.isGuarded { storage.pointee.mappingCount.subtract(1, ordering: .relaxed) }
    bucket.pointee.state = .unused
    if isOther { storage.pointee.classes[old].lock.unlock() }
    return bucket
  }

  private func takeReady() -> BucketPointer? {
    lockRegions()
    defer { unlockRegions() }
    return storage.pointee.regions.takeReady()
  }

  /// Moves the pages of a bucket that is to be retired to a slice for the next one: cheaper than to give
  /// them back and to ask for others. False when they stay.
  private func movePages(of bucket: BucketPointer, _ sizeClass: Int) -> Bool {
    lockRegions()
    // Two mappings: what is sealed, and the pages that are not from there.
    let mappingCount = storage.pointee.mappingCount.load(ordering: .relaxed) + 2
    let isWanted =
      storage.pointee.movesPages.load(ordering: .relaxed)
      && storage.pointee.regions.readyCount < Self.readyLimit
      && mappingCount <= storage.pointee.settings.mappingBudget
    let slice = isWanted ? takeUnused(sizeClass) : nil
    unlockRegions()
    guard let slice else { return false }
    slice.pointee.state = .lost
    let isMoved = storage.pointee.pages.shift(
      bucket.pointee.start, byteCount: PageMap.sliceSize, destination: slice.pointee.start)
    lockRegions()
    defer { unlockRegions() }
    if isMoved {
      slice.pointee.state = .ready
      slice.pointee.isMoved = true
      storage.pointee.mappingCount.add(1, ordering: .relaxed)
      storage.pointee.regions.addReady(slice)
    } else {
      storage.pointee.movesPages.store(false, ordering: .relaxed)
    }
    return isMoved
  }

  // 4 MiB: with 256, JSON in python3 takes the same time and a mebibyte more at its peak.
  static var readyLimit: Int { 64 }

  // MARK: Retirement

  /// Seals a full bucket without live slots, whose class' lock is held and ends here, or reports that a slot
  /// of it was written to. One that cannot be sealed waits.
  @inline(never)
  func retire(_ bucket: BucketPointer, _ state: UnsafeMutablePointer<DebugClass>, _ thread: Int) {
    if !isChecked, keep(bucket, state) { return unlock(state) }
    let mayBeSealed = bucket.pointee.isGuarded || maySeal
    if mayBeSealed, !bucket.pointee.isGuarded, let damaged = firstDamaged(bucket) {
      if canReport { return reportDamaged(bucket, damaged, state, thread) }
      wait(bucket, state)
      return unlock(state)
    }
    if mayBeSealed, bucket.pointee.isGuarded || sealSlice(bucket) {
      if state.pointee.current == bucket { state.pointee.current = nil }
      stopWaiting(bucket, state)
      if bucket.pointee.isGuarded {
        storage.pointee.pages.setDumped(
          false, bucket.pointee.start, byteCount: PageMap.sliceSize)
      }
      bucket.pointee.state = .retired
      bucket.pointee.stamp = now
      lockRegions()
      storage.pointee.regions.retire(bucket)
      unlockRegions()
    } else {
      wait(bucket, state)
    }
    unlock(state)
  }

  /// The first slot of a bucket without live ones that was written to.
  private func firstDamaged(_ bucket: BucketPointer) -> Int? {
    if !isChecked { return nil }
    let slotSize = UInt(bucket.pointee.slotSize)
    var start = bucket.pointee.start &+ UInt(Bucket.lead)
    for index in 0..<Int(bucket.pointee.slotCount) {
      let record = bucket.slot(index)
      let end = start &+ UInt(bitPattern: record.pointee.requested)
      // Mostly the block begins with its slot.
      let isWhole =
        record.pointee.isFreedAtStart
        ? Pattern.isFreed(start, record.pointee.requested)
          && Pattern.isCanary(end, start &+ slotSize)
        : isUntouched(bucket, index)
      if !isWhole { return index }
      start &+= slotSize
    }
    return nil
  }

  /// Whether it is worth while to look at a bucket and seal it: not beyond the budget of mappings, and not
  /// soon after the system refused.
  private var maySeal: Bool {
    let isWithin =
      storage.pointee.mappingCount.load(ordering: .relaxed) < storage.pointee.settings.mappingBudget
    let refusal = storage.pointee.sealRefusal.load(ordering: .relaxed)
    return isWithin && (refusal == 0 || now &- refusal >= 1024)
  }

  private func sealSlice(_ bucket: BucketPointer) -> Bool {
    let pages = storage.pointee.pages
    // Where nothing can be sealed the fill stays, and is looked at again before the slice is used again.
    if pages.canSeal, !movePages(of: bucket, Int(bucket.pointee.sizeClass)),
      !pages.seal(bucket.pointee.start, byteCount: PageMap.sliceSize)
    {
      storage.pointee.sealRefusal.store(max(now, 1), ordering: .relaxed)
      return false
    }
    pages.setDumped(false, bucket.pointee.start, byteCount: PageMap.sliceSize)
    if !bucket.pointee.isMoved { storage.pointee.mappingCount.add(1, ordering: .relaxed) }
    return true
  }

  @inline(__always)
  func lockRegions() { if Policy.isShared { storage.pointee.regions.lock.lock() } }

  @inline(__always)
  func unlockRegions() { if Policy.isShared { storage.pointee.regions.lock.unlock() } }
}
