// The quarantine of slots whose bucket still has live ones, and so is not sealed. Such a bucket waits until
// QUARANTINE bytes were freed since it began to; then the slots that had been freed before that are given
// out again, from its first to its last, and what was freed meanwhile waits with it once more.
//
//   in use ──(full, and a slot freed)──> waits ──(long enough)──> recycled ──> in use
//   generation     flips when the bucket begins to wait: freed slots that carry the other one had been
//                  freed by then
//   one list for each class, linked by ordinals, the bucket that waited longest first
//
// Everything here runs under the lock of the class.

import Memory
import Platform

extension DebugHeap {
  /// A slot to give out, whose freed block may have been written to.
  struct SlotPlace {
    let bucket: BucketPointer
    let index: Int
    var isRecycled = false
    var isDamaged = false
  }

  /// Whether slots can be given out again.
  @inline(__always)
  func canRecycle(_ state: UnsafeMutablePointer<DebugClass>) -> Bool {
    state.pointee.recycled != nil
      || state.pointee.firstWaiting != 0 && isOld(state.pointee.waitingStamp)
  }

  /// The next freed slot that waited long enough or, with `onlyOld` false, that waited at all.
  func takeRecycled(_ state: UnsafeMutablePointer<DebugClass>, onlyOld: Bool) -> SlotPlace? {
    if !isChecked { return takeChained(state) }
    while true {
      if let bucket = state.pointee.recycled {
        var index = state.pointee.recycledIndex
        let generation = bucket.pointee.generation
        while state.pointee.recycledCount > 0, index < Int(bucket.pointee.slotCount) {
          if bucket.slot(index).pointee.isFreed(before: generation) {
            state.pointee.recycledIndex = index + 1
            state.pointee.recycledCount -= 1
            let isDamaged = !isUntouched(bucket, index)
            if !isDamaged || canReport || !onlyOld {
              return SlotPlace(
                bucket: bucket, index: index, isRecycled: true, isDamaged: isDamaged)
            }
          }
          index &+= 1
        }
        state.pointee.recycled = nil
        wait(bucket, state)
      }
      let first = state.pointee.firstWaiting
      if first == 0 || onlyOld && !isOld(state.pointee.waitingStamp) { return nil }
      let bucket = storage.pointee.regions.bucket(ordinal: Int(first))
      stopWaiting(bucket, state)
      state.pointee.recycled = bucket
      state.pointee.recycledIndex = 0
      state.pointee.recycledCount = bucket.pointee.waitingCount
    }
  }

  /// A full bucket may have to wait from now on.
  @inline(__always)
  func wait(_ bucket: BucketPointer, _ state: UnsafeMutablePointer<DebugClass>) {
    if bucket.pointee.isWaiting || bucket.pointee.freedCount == 0 { return }
    if state.pointee.recycled != bucket { append(bucket, state) }
  }

  @inline(never)
  private func append(_ bucket: BucketPointer, _ state: UnsafeMutablePointer<DebugClass>) {
    let last = state.pointee.lastWaiting
    bucket.pointee.isWaiting = true
    bucket.pointee.waitingCount = bucket.pointee.freedCount
    bucket.pointee.generation ^= 1
    bucket.pointee.stamp = now
    bucket.pointee.next = 0
    bucket.pointee.previous = last
    state.pointee.lastWaiting = bucket.pointee.ordinal
    if last != 0 {
      storage.pointee.regions.bucket(ordinal: Int(last)).pointee.next = bucket.pointee.ordinal
    } else {
      state.pointee.firstWaiting = bucket.pointee.ordinal
      state.pointee.waitingStamp = bucket.pointee.stamp
    }
  }

  /// Takes a bucket out of the list, if it is in it, and ends its recycling.
  func stopWaiting(_ bucket: BucketPointer, _ state: UnsafeMutablePointer<DebugClass>) {
    if state.pointee.recycled == bucket { state.pointee.recycled = nil }
    if !bucket.pointee.isWaiting { return }
    bucket.pointee.isWaiting = false
    let previous = bucket.pointee.previous
    let next = bucket.pointee.next
    if next != 0 {
      storage.pointee.regions.bucket(ordinal: Int(next)).pointee.previous = previous
    } else {
      state.pointee.lastWaiting = previous
    }
    if previous != 0 {
      storage.pointee.regions.bucket(ordinal: Int(previous)).pointee.next = next
      return
    }
    state.pointee.firstWaiting = next
    if next != 0 {
      state.pointee.waitingStamp = storage.pointee.regions.bucket(ordinal: Int(next)).pointee.stamp
    }
  }

  /// The slot is never given out again, and its bucket never sealed.
  func setAside(_ bucket: BucketPointer, _ index: Int) {
    if bucket.slot(index).pointee.state == .freed { bucket.pointee.freedCount -= 1 }
    bucket.slot(index).pointee.state = .setAside
    bucket.pointee.isSetAside = true
  }
}
