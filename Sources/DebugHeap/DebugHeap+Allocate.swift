// Allocation: which kind of place a block gets, and the slots of buckets.

import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// A block of `byteCount` bytes at a multiple of `alignment`, a power of two, at least 16. `isAligned`: that was asked for.
  @inline(__always)
  package func allocate(
    _ byteCount: Int, alignment: Int = 16, kind: BlockKind = .cMalloc, isAligned: Bool = false
  ) -> NewBlock {
    var origin = caller(kind)
    origin.isAligned = isAligned
    return allocate(byteCount, alignment: alignment, origin)
  }

  /// As above, for a caller that is known.
  @inline(__always)
  package func allocate(_ byteCount: Int, alignment: Int, _ origin: Origin) -> NewBlock {
    guard enter() else { return allocateInHandler(byteCount, alignment: alignment, origin.kind) }
    defer { leave() }
    if !checkThread(origin) { return .none }
    if storage.pointee.settings.isPlain,
      let sizeClass = sizeClass(byteCount, alignment: alignment)
    {
      let address = allocateSlot(sizeClass, byteCount, alignment: alignment, origin)
      if address != 0 { return NewBlock(address: address, isZero: false) }
    }
    return allocateEntered(byteCount, alignment: alignment, origin)
  }

  @inline(never)
  func allocateEntered(_ byteCount: Int, alignment: Int, _ origin: Origin) -> NewBlock {
    if storage.pointee.settings.limit != nil, !charge(byteCount) {
      warnOfLimit(byteCount, origin)
      return .none
    }
    var block = NewBlock.none
    if storage.pointee.settings.placement != .slots {
      block = allocateGuarded(byteCount, alignment: alignment, origin)
    }
    if block.address == 0 {
      if let sizeClass = sizeClass(byteCount, alignment: alignment) {
        var address: UInt = 0
        repeat {
          address = allocateSlot(sizeClass, byteCount, alignment: alignment, origin)
        } while address == 0 && giveBackHalfOfLarge()
        block = NewBlock(address: address, isZero: false)
      } else {
        block = allocateLarge(byteCount, alignment: alignment, origin)
      }
    }
    if block.address == 0 { discharge(byteCount) }
    return block
  }

  // MARK: Slots

  /// A block in a slot of the class; 0 when there is no memory.
  @inline(__always)
  func allocateSlot(
    _ sizeClass: Int, _ byteCount: Int, alignment: Int, _ origin: Origin
  ) -> UInt {
    let state = lock(sizeClass)
    // Mostly there is a fresh slot, and none waited long enough.
    if let bucket = state.pointee.current, !bucket.isFull, !canRecycle(state) {
      let address = give(takeFresh(bucket), byteCount, alignment: alignment, origin, state)
      unlock(state)
      return address
    }
    return allocateSlotSlowly(sizeClass, byteCount, alignment: alignment, origin, state)
  }

  /// As `allocateSlot`, with the lock held, which ends.
  @inline(never)
  private func allocateSlotSlowly(
    _ sizeClass: Int, _ byteCount: Int, alignment: Int, _ origin: Origin,
    _ state: UnsafeMutablePointer<DebugClass>
  ) -> UInt {
    while true {
      guard let place = takeSlot(sizeClass, state) else {
        unlock(state)
        return 0
      }
      if place.isDamaged {
        reportDamaged(place.bucket, place.index, state, origin.thread)
        _ = lock(sizeClass)
        continue
      }
      let address = give(place, byteCount, alignment: alignment, origin, state)
      unlock(state)
      return address
    }
  }

  /// Sets the slot of a freed block aside that was written to; ends the lock and reports.
  @inline(never)
  func reportDamaged(
    _ bucket: BucketPointer, _ index: Int, _ state: UnsafeMutablePointer<DebugClass>, _ thread: Int
  ) {
    let finding = damage(inside: bucket, index, "quarantine")
    setAside(bucket, index)
    unlock(state)
    guard var finding else { return }
    finding.thread = thread
    report(finding)
  }

  /// A slot to give out: a freed one that waited long enough, a fresh one, or, when there is no memory for
  /// more of these, the freed one that waited longest.
  private func takeSlot(_ sizeClass: Int, _ state: UnsafeMutablePointer<DebugClass>) -> SlotPlace? {
    if let place = takeRecycled(state, onlyOld: true) { return place }
    if let bucket = state.pointee.current {
      if !bucket.isFull { return takeFresh(bucket) }
      state.pointee.current = nil
      wait(bucket, state)
    }
    if let bucket = newBucket(sizeClass) {
      if !storage.pointee.pages.canSeal, bucket.pointee.state != .inUse {
        return SlotPlace(bucket: bucket, index: Int(bucket.pointee.next), isDamaged: true)
      }
      state.pointee.current = bucket
      return takeFresh(bucket)
    }
    return takeRecycled(state, onlyOld: false)
  }

  @inline(__always)
  private func takeFresh(_ bucket: BucketPointer) -> SlotPlace {
    let index = Int(bucket.pointee.handedOut)
    bucket.pointee.handedOut &+= 1
    return SlotPlace(bucket: bucket, index: index)
  }

  /// Makes the slot a live block; 0 when its page is refused, and then it stays out of use.
  @inline(__always)
  private func give(
    _ place: SlotPlace, _ byteCount: Int, alignment: Int, _ origin: Origin,
    _ state: UnsafeMutablePointer<DebugClass>
  ) -> UInt {
    let (bucket, index) = (place.bucket, place.index)
    if place.isRecycled { bucket.pointee.freedCount &-= 1 }
    bucket.slot(index).pointee = SlotRecord(origin, requested: byteCount, alignment: alignment)
    if bucket.pointee.isGuarded || alignment > 16 {
      return giveApart(bucket, index, byteCount, alignment: alignment, state)
    }
    bucket.pointee.liveCount &+= 1
    state.pointee.requestedBytes &+= byteCount
    let area = bucket.area(index, .slots)
    if isChecked { Pattern.fillCanary(area.start &+ UInt(bitPattern: byteCount), area.end) }
    return area.start
  }

  /// As `give`, where the block need not begin with its slot.
  @inline(never)
  private func giveApart(
    _ bucket: BucketPointer, _ index: Int, _ byteCount: Int, alignment: Int,
    _ state: UnsafeMutablePointer<DebugClass>
  ) -> UInt {
    let placement = bucket.pointee.isGuarded ? storage.pointee.settings.placement : .slots
    let area = bucket.area(index, placement)
    if bucket.pointee.isGuarded, !openGuarded(bucket, area) {
      setAside(bucket, index)
      return 0
    }
    bucket.pointee.liveCount &+= 1
    state.pointee.requestedBytes &+= byteCount
    let block = area.block(byteCount, alignment: alignment, placement)
    if !isChecked { return block }
    if block >= area.start, block < area.end {
      Pattern.fillCanary(area.start, block)
      Pattern.fillCanary(block + UInt(byteCount), area.end)
    } else {
      Pattern.fillCanary(area.start, area.end)
    }
    return block
  }
}
