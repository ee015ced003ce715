// Without checks (LEAKS=1 alone) a heap only knows its blocks. A freed slot is given out again at once, the
// last one first:
//
//   bucket.lastFreed → record of that slot → the one freed before → …
//   a bucket with freed slots waits, in the list of its class, full or not
//
// and an emptied slice keeps its pages for the next bucket. Everything here runs under the lock of the class.

import Memory
import Platform

extension DebugHeap {
  /// Marks a slot as freed, to be given out again.
  @inline(__always)
  func chain(_ bucket: BucketPointer, _ index: Int) {
    bucket.slot(index).pointee.chain(bucket.pointee.lastFreed)
    bucket.pointee.lastFreed = UInt32(truncatingIfNeeded: index &+ 1)
  }

  /// The freed slot to give out next.
  func takeChained(_ state: UnsafeMutablePointer<DebugClass>) -> SlotPlace? {
    while state.pointee.firstWaiting != 0 {
      let bucket = storage.pointee.regions.bucket(ordinal: Int(state.pointee.firstWaiting))
      while bucket.pointee.lastFreed != 0 {
        let index = Int(bucket.pointee.lastFreed) - 1
        let record = bucket.slot(index)
        bucket.pointee.lastFreed = record.pointee.release
        // One that was set aside meanwhile stays out of use.
        if record.pointee.state == .freed {
          return SlotPlace(bucket: bucket, index: index, isRecycled: true)
        }
      }
      stopWaiting(bucket, state)
    }
    return nil
  }

  /// Gives a small block another size in its slot; false when it must move. Who resizes it counts as who
  /// allocated it.
  func resizeTracked(_ address: UInt, to byteCount: Int, _ origin: Origin) -> Bool {
    guard storage.pointee.settings.limit == nil,
      let bucket = storage.pointee.regions.bucket(at: address),
      let sizeClass = sizeClass(byteCount, alignment: 16)
    else { return false }
    let state = lock(sizeClass)
    defer { unlock(state) }
    guard Int(bucket.pointee.sizeClass) == sizeClass, let slot = bucket.usedSlot(at: address),
      bucket.slot(slot.index).pointee.isLiveAtStart
    else { return false }
    let record = bucket.slot(slot.index)
    state.pointee.requestedBytes += byteCount - record.pointee.requested
    record.pointee = SlotRecord(
      Origin(
        kind: record.pointee.kind, thread: origin.thread, trace: origin.trace,
        isIgnored: origin.isIgnored),
      requested: byteCount, alignment: 16)
    return true
  }

  /// Keeps the pages of an empty bucket for the next one; false when enough of them are kept.
  func keep(_ bucket: BucketPointer, _ state: UnsafeMutablePointer<DebugClass>) -> Bool {
    if bucket.pointee.isGuarded || bucket.pointee.isSetAside { return false }
    lockRegions()
    defer { unlockRegions() }
    if storage.pointee.regions.readyCount >= Self.readyLimit { return false }
    if state.pointee.current == bucket { state.pointee.current = nil }
    stopWaiting(bucket, state)
    bucket.pointee.state = .ready
    storage.pointee.regions.addReady(bucket)
    return true
  }
}
