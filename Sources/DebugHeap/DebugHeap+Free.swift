// Freeing: is it a block, is it live, does the call fit it, are the bytes around it whole? Then it is
// filled, or made inaccessible, and goes into quarantine.

import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// Frees the block at `address`, which is not null.
  package func free(_ address: UInt, _ release: Release) {
    free(address, release, caller(.malloc))
  }

  /// As above, for a caller that is known.
  @inline(__always)
  package func free(_ address: UInt, _ release: Release, _ origin: Origin) {
    var release = release
    release.thread = origin.thread
    release.trace = origin.trace
    guard enter() else { return freeInHandler(address, release) }
    defer { leave() }
    if !checkThread(origin) { return }
    freeEntered(address, release)
    freeInterrupted()
  }

  @inline(__always)
  func freeEntered(_ address: UInt, _ release: Release) {
    if let bucket = storage.pointee.regions.bucket(at: address) {
      freeSlot(bucket, address, release)
    } else {
      report(freeLarge(address, release), release)
    }
  }

  private func report(_ finding: Finding?, _ release: Release) {
    guard var finding else { return }
    finding.release = release
    finding.thread = release.thread
    finding.trace = release.trace
    report(finding)
  }

  private func freeSlot(_ bucket: BucketPointer, _ address: UInt, _ release: Release) {
    let sizeClass = Int(bucket.pointee.sizeClass)
    let state = lock(sizeClass)
    let index = bucket.index(of: address)
    let record = bucket.slot(index)
    if bucket.pointee.state != .inUse || Int(bucket.pointee.sizeClass) != sizeClass
      || record.pointee.state != .live
      || bucket.block(index, storage.pointee.settings.placement) != address
    {
      let finding = badFree(bucket, index, address)
      unlock(state)
      report(finding, release)
      return
    }
    if !isWhole(bucket, index)
      || !fits(
        record.pointee.kind, record.pointee.requested, record.pointee.alignment, release)
    {
      return freeWrong(bucket, index, address, release, state)
    }
    finishFree(bucket, index, address, release, state)
    let entry = SlotQueue.Entry(slot: bucket.number(index), stamp: now)
    // Without memory for the entry the slot waits until its bucket is retired.
    _ = state.pointee.queue.append(entry, storage.pointee.metadata)
    if let damaged = retireIfEmpty(bucket, state) {
      reportDamaged(bucket, damaged, state, release.thread)
    } else {
      unlock(state)
    }
  }

  /// Frees a live block with damage around it, or by a call that does not fit it: its slot is not used
  /// again. Ends the lock and reports.
  @inline(never)
  private func freeWrong(
    _ bucket: BucketPointer, _ index: Int, _ address: UInt, _ release: Release,
    _ state: UnsafeMutablePointer<DebugClass>
  ) {
    let finding =
      damage(around: bucket, index, Self.place(release))
      ?? mismatch(
        BlockDescription(bucket.slot(index).pointee, start: address), release)
    finishFree(bucket, index, address, release, state)
    setAside(bucket, index)
    unlock(state)
    report(finding, release)
  }

  /// The block becomes a freed one.
  @inline(__always)
  private func finishFree(
    _ bucket: BucketPointer, _ index: Int, _ address: UInt, _ release: Release,
    _ state: UnsafeMutablePointer<DebugClass>
  ) {
    let record = bucket.slot(index)
    let requested = record.pointee.requested
    record.pointee.free(thread: release.thread, trace: release.trace)
    if bucket.pointee.isGuarded {
      sealGuarded(bucket, index)
    } else {
      Pattern.fillFreed(address, requested)
    }
    bucket.pointee.liveCount &-= 1
    state.pointee.requestedBytes &-= requested
    discharge(requested)
    // A sealed page costs its record and addresses only.
    advanceClock(
      bucket.pointee.isGuarded ? requested &+ Self.sealedCost : Int(bucket.pointee.slotSize), state)
  }

  private static var sealedCost: Int { 64 }

  // A page that cannot be sealed stays as it is, out of use.
  private func sealGuarded(_ bucket: BucketPointer, _ index: Int) {
    let area = bucket.area(index, storage.pointee.settings.placement)
    if storage.pointee.pages.seal(area.start, byteCount: area.byteCount) {
      storage.pointee.islands.subtract(1, ordering: .relaxed)
    } else {
      setAside(bucket, index)
    }
  }

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
  static func place(_ release: Release) -> StaticString {
    if case .realloc = release.function { return "realloc" }
    return "free"
  }

  /// Whether a block may be freed like this.
  @inline(__always)
  func fits(
    _ kind: BlockKind, _ requested: Int, _ alignment: Int, _ release: Release
  ) -> Bool {
    !release.isChecked
      || (kind == release.function.kind || !storage.pointee.gate.pointee.checksKinds)
        && (release.size ?? requested) == requested
        && max(release.alignment ?? alignment, 16) == alignment
  }

  /// The error in the call, if the block is not to be freed like this.
  func mismatch(_ block: BlockDescription, _ release: Release) -> Finding? {
    if fits(block.kind, block.requested, block.alignment, release) { return nil }
    let isKind = block.kind != release.function.kind && storage.pointee.gate.pointee.checksKinds
    if isKind { return Finding(.kindMismatch, block.start, block) }
    let isSize = release.size != nil && release.size != block.requested
    return Finding(isSize ? .sizeMismatch : .alignmentMismatch, block.start, block)
  }
}

extension Release.Function {
  /// What it frees.
  @inline(__always)
  var kind: BlockKind {
    switch self {
    case .free, .realloc: .malloc
    case .operatorDelete: .operatorNew
    case .operatorDeleteArray: .operatorNewArray
    }
  }
}
