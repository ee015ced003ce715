// Freed slots that are in no queue, as there was no memory for their entries. They serve when nothing
// else does, so that a heap that was full can be filled again. No record has room for a list of them:
// they are looked for, bucket by bucket, from where the last one was found. Costs nothing as long as
// each entry found its place, and a look at every bucket of the heap at most.

import Memory

extension DebugHeap {
  /// A freed slot of the class, whose lock is held and whose queue is empty; nil when there is none.
  ///
  /// An empty queue has no entry of the slot, so that none brings it back before its time.
  @inline(never)
  func findUnqueued(
    _ sizeClass: Int, _ state: UnsafeMutablePointer<DebugClass>
  ) -> (bucket: BucketPointer, index: Int)? {
    if !state.pointee.hasUnqueued { return nil }
    let count = storage.pointee.regions.takenCount
    let first = max(state.pointee.searched / Bucket.slotLimit, 1)
    var index = state.pointee.searched % Bucket.slotLimit
    // The first bucket twice: from the slot that is next, and what is in front of it.
    for step in 0...count {
      let bucket = storage.pointee.regions.bucket(ordinal: (first - 1 + step) % count + 1)
      if bucket.pointee.state == .inUse, Int(bucket.pointee.sizeClass) == sizeClass,
        bucket.pointee.liveCount < bucket.pointee.handedOut
      {
        while index < Int(bucket.pointee.handedOut) {
          if bucket.slot(index).pointee.state == .freed {
            state.pointee.searched = Int(bucket.number(index)) + 1
            return (bucket, index)
          }
          index += 1
        }
      }
      index = 0
    }
    state.pointee.hasUnqueued = false
    return nil
  }
}
