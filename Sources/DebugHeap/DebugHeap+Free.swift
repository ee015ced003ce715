// Freeing: is it a block, is it live, does the call fit it, are the bytes around it whole? Then it is
// filled, or made inaccessible, and goes into quarantine.

import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// Frees the block at `address`, which is not null.
  @inline(__always)
  package func free(_ address: UInt, _ release: Deallocation) {
    // Without checks nobody asks who freed a block.
    let origin =
      isChecked
      ? caller(.cMalloc)
      : Origin(kind: .cMalloc, thread: ThreadTable.numberOfThisThread, trace: 0)
    free(address, release, origin)
  }

  /// As above, for a caller that is known.
  @inline(__always)
  package func free(_ address: UInt, _ release: Deallocation, _ origin: Origin) {
    var release = release
    release.thread = origin.thread
    release.trace = origin.trace
    if !isChecked { release.isChecked = false }
    guard enter() else { return freeInHandler(address, release) }
    defer { leave() }
    if !checkThread(origin) { return }
    freeQuickly(address, release)
    freeInterrupted()
  }

  @inline(__always)
  func freeQuickly(_ address: UInt, _ release: Deallocation) {
    if let bucket = storage.pointee.regions.bucket(at: address) {
      freeSlot(bucket, address, release)
    } else {
      freeOutside(address, release)
    }
  }

  @inline(never)
  private func freeOutside(_ address: UInt, _ release: Deallocation) {
    report(freeLarge(address, release), release)
  }

  @inline(never)
  func freeEntered(_ address: UInt, _ release: Deallocation) { freeQuickly(address, release) }

  @inline(never)
  private func report(_ finding: Finding?, _ release: Deallocation) {
    guard var finding else { return }
    if finding.block == nil, Pattern.isFreedPointer(finding.address) {
      finding.kind = .useAfterFree
      finding.discovery = .pointer
    }
    finding.release = release
    finding.thread = release.thread
    finding.trace = release.trace
    report(finding)
  }

  @inline(__always)
  private func freeSlot(_ bucket: BucketPointer, _ address: UInt, _ release: Deallocation) {
    let sizeClass = Int(bucket.pointee.sizeClass)
    let state = lock(sizeClass)
    // Mostly it is the block of a slot, in which it comes first, and nothing is wrong with it.
    guard Int(bucket.pointee.sizeClass) == sizeClass, let slot = bucket.usedSlot(at: address)
    else { return freeApart(bucket, address, release, state) }
    let record = bucket.slot(slot.index)
    let requested = record.pointee.requested
    if !record.pointee.isLiveAtStart
      || isChecked
        && (!Pattern.isCanaryUnit(before: address)
          || !Pattern.isCanary(address &+ UInt(bitPattern: requested), slot.end)
          || !fits(record.pointee.kind, requested, 16, release))
    {
      return freeApart(bucket, address, release, state)
    }
    if isChecked {
      record.pointee.free(
        thread: release.thread, trace: release.trace, generation: bucket.pointee.generation)
      Pattern.fillFreed(address, requested)
    } else {
      chain(bucket, slot.index)
    }
    countFreed(bucket, requested, Int(bucket.pointee.slotSize) &+ Self.recordCost, state)
    finish(bucket, state, release.thread)
  }

  /// As `freeSlot`, with the lock held, which ends: of blocks that do not begin with their slots, and of
  /// what is no block or not freed as it must be.
  @inline(never)
  private func freeApart(
    _ bucket: BucketPointer, _ address: UInt, _ release: Deallocation,
    _ state: UnsafeMutablePointer<DebugClass>
  ) {
    let index = bucket.index(of: address)
    let record = bucket.slot(index)
    if storage.pointee.classes + Int(bucket.pointee.sizeClass) != state
      || liveSlot(bucket, address) == nil
    {
      let finding = badFree(bucket, index, address)
      unlock(state)
      return report(finding, release)
    }
    let isRight =
      isWhole(bucket, index)
      && fits(record.pointee.kind, record.pointee.requested, record.pointee.alignment, release)
    let finding =
      isRight
      ? nil
      : damage(around: bucket, index, Self.place(release))
        ?? mismatch(BlockDescription(record.pointee, start: address), release)
    let requested = record.pointee.requested
    if isChecked {
      record.pointee.free(
        thread: release.thread, trace: release.trace, generation: bucket.pointee.generation)
    } else {
      chain(bucket, index)
    }
    // A sealed page costs its record and addresses only.
    countFreed(
      bucket, requested,
      bucket.pointee.isGuarded
        ? requested + Self.sealedCost : Int(bucket.pointee.slotSize) + Self.recordCost, state)
    if bucket.pointee.isGuarded {
      sealGuarded(bucket, index)
    } else if isChecked {
      Pattern.fillFreed(address, requested)
    }
    if isRight { return finish(bucket, state, release.thread) }
    // With damage around it, or freed by a call that does not fit it: its slot is not used again.
    setAside(bucket, index)
    unlock(state)
    report(finding, release)
  }

  /// Counts a live block as a freed one, which takes `byteCount` bytes in quarantine.
  @inline(__always)
  private func countFreed(
    _ bucket: BucketPointer, _ requested: Int, _ byteCount: Int,
    _ state: UnsafeMutablePointer<DebugClass>
  ) {
    bucket.pointee.liveCount &-= 1
    bucket.pointee.freedCount &+= 1
    state.pointee.requestedBytes &-= requested
    discharge(requested)
    advanceClock(byteCount, state)
  }

  /// What becomes of a bucket one more slot of which is free; ends the lock.
  @inline(__always)
  private func finish(
    _ bucket: BucketPointer, _ state: UnsafeMutablePointer<DebugClass>, _ thread: Int
  ) {
    if bucket.isFull {
      if bucket.pointee.liveCount == 0, !bucket.pointee.isSetAside {
        return retire(bucket, state, thread)
      }
      wait(bucket, state)
    } else if !isChecked {
      wait(bucket, state)
    }
    unlock(state)
  }

  // In quarantine a slot costs its record, too.
  @inline(__always)
  private static var recordCost: Int { MemoryLayout<SlotRecord>.stride }

  private static var sealedCost: Int { 64 }

  /// The free of what is no live block's beginning, in a bucket's slice.
  private func badFree(_ bucket: BucketPointer, _ index: Int, _ address: UInt) -> Finding {
    guard let block = nearestBlock(bucket, index, address) else {
      return Finding(.invalidFree, address, nil)
    }
    let isDouble = block.start == address && block.isFreed
    return Finding(isDouble ? .doubleFree : .invalidFree, address, block)
  }

  // MARK: What the call must fit

  /// The word for where a damage was found.
  static func place(_ release: Deallocation) -> StaticString {
    if case .cRealloc = release.function { return "realloc" }
    return "free"
  }

  /// Whether a block may be freed like this.
  @inline(__always)
  func fits(
    _ kind: BlockKind, _ requested: Int, _ alignment: Int, _ release: Deallocation
  ) -> Bool {
    !release.isChecked
      || (kind == release.function.kind || !storage.pointee.gate.pointee.checksKinds)
        && (release.size == Deallocation.unknown || release.size == requested)
        && (release.alignment == Deallocation.unknown
          || max(release.alignment, 16) == max(alignment, 16))
  }

  /// The error in the call, if the block is not to be freed like this.
  func mismatch(_ block: BlockDescription, _ release: Deallocation) -> Finding? {
    if fits(block.kind, block.requested, block.alignment, release) { return nil }
    let isKind = block.kind != release.function.kind && storage.pointee.gate.pointee.checksKinds
    if isKind { return Finding(.kindMismatch, block.start, block) }
    let isSize = release.size != Deallocation.unknown && release.size != block.requested
    return Finding(isSize ? .sizeMismatch : .alignmentMismatch, block.start, block)
  }
}

extension Deallocation.Function {
  /// What it frees.
  @inline(__always)
  var kind: BlockKind {
    switch self {
    case .cFree, .cRealloc: .cMalloc
    case .operatorDelete: .operatorNew
    case .operatorDeleteArray: .operatorNewArray
    }
  }
}
