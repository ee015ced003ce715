// The equations that hold between the parts of a debug heap, checked by the tests while no thread
// uses it. Costs a walk over everything.
//
//   liveCount, freedCount = slots in state live, freed;  requestedBytes of a class = sum over its live slots
//   a full bucket with freed slots waits, or is the class' recycled or current one
//   mappingCount = retired slices that were not guarded + slices with moved pages + guarded blocks in use whose pages are not
//             hidden + large blocks in use between sealed pages

import Memory
import Platform
import Synchronization

extension DebugHeap {
  /// The equation that does not hold, or nil.
  package func checkInvariants() -> StaticString? {
    var tally = BucketTally()
    for ordinal in 1..<max(storage.pointee.regions.takenCount + 1, 1) {
      let bucket = storage.pointee.regions.bucket(ordinal: ordinal)
      if Int(bucket.pointee.ordinal) != ordinal { return "Regions: ordinal ≠ the slice's place" }
      if bucket.pointee.state != .lost,
        storage.pointee.regions.bucket(at: bucket.pointee.start) != bucket
      {
        return "Regions: the slice's address leads to another bucket"
      }
      if let violation = checkBucket(bucket, &tally) { return violation }
    }
    for index in 0..<Self.classLimit {
      if storage.pointee.classes[index].requestedBytes != tally.requested[index] {
        return "DebugClass: requestedBytes ≠ bytes of its live slots"
      }
      if let violation = checkWaiting(index, tally.waiting[index]) { return violation }
    }
    if let violation = checkRetired(tally.retired) ?? checkLarge(&tally) { return violation }
    if storage.pointee.regions.readyCount != tally.ready {
      return "Regions: readyCount ≠ ready slices"
    }
    if !tally.isUncertain,
      storage.pointee.mappingCount.load(ordering: .relaxed) != tally.mappingCount
    {
      return "DebugHeap: mappingCount ≠ retired slices + guarded and large blocks in use"
    }
    if storage.pointee.settings.limit != nil,
      storage.pointee.bytesInUse.load(ordering: .relaxed) != tally.total
    {
      return "DebugHeap: bytesInUse ≠ bytes of live blocks"
    }
    return nil
  }

  private func checkBucket(_ bucket: BucketPointer, _ tally: inout BucketTally) -> StaticString? {
    let sizeClass = Int(bucket.pointee.sizeClass)
    let slotCount = Int(bucket.pointee.slotCount)
    let handedOut = Int(bucket.pointee.handedOut)
    if bucket.pointee.state == .lost || bucket.pointee.state == .unused {
      // Only where the system refused to move pages onto it.
      return storage.pointee.movesPages.load(ordering: .relaxed)
        ? "Bucket: unused between calls" : nil
    }
    if bucket.pointee.state == .ready {
      tally.ready += 1
      if bucket.pointee.isMoved { tally.mappingCount += 1 }
      return nil
    }
    if handedOut > slotCount { return "Bucket: handedOut > slotCount" }
    if bucket.pointee.state == .retired {
      tally.retired += 1
      // So is a slice whose pages were refused, which is as inaccessible.
      if !bucket.pointee.isGuarded { tally.mappingCount += 1 }
      return bucket.pointee.liveCount == 0 ? nil : "Bucket: retired with live blocks"
    }
    if bucket.pointee.isGuarded != (sizeClass == Self.guardedClass)
      || Int(bucket.pointee.slotSize) != Self.slotSize(sizeClass)
    {
      return "Bucket: not as its class says"
    }
    var live = 0
    var freed = 0
    for index in 0..<handedOut {
      let state = bucket.slot(index).pointee.state
      if state == .fresh { return "Bucket: fresh slot was handed out" }
      if state == .live {
        live += 1
        tally.requested[sizeClass] += bucket.slot(index).pointee.requested
        tally.total += bucket.slot(index).pointee.requested
      }
      if state == .freed { freed += 1 }
      // Its page may be accessible or not.
      if state == .setAside, bucket.pointee.isGuarded { tally.isUncertain = true }
    }
    if bucket.pointee.isGuarded, !bucket.pointee.isHidden { tally.mappingCount += live }
    if bucket.pointee.isMoved { tally.mappingCount += 1 }
    if bucket.pointee.isWaiting { tally.waiting[sizeClass] += 1 }
    if freed != Int(bucket.pointee.freedCount) { return "Bucket: freedCount ≠ freed slots" }
    let state = storage.pointee.classes + sizeClass
    if freed > 0, bucket.isFull, !bucket.pointee.isWaiting, state.pointee.recycled != bucket,
      state.pointee.current != bucket || !isChecked
    {
      return "Bucket: freed slots that nobody waits for"
    }
    return live == Int(bucket.pointee.liveCount) ? nil : "Bucket: liveCount ≠ live slots"
  }

  private func checkWaiting(_ sizeClass: Int, _ count: Int) -> StaticString? {
    let state = storage.pointee.classes + sizeClass
    var listed = 0
    var previous: UInt32 = 0
    var next = state.pointee.firstWaiting
    while next != 0, listed <= count {
      let bucket = storage.pointee.regions.bucket(ordinal: Int(next))
      if !bucket.pointee.isWaiting || Int(bucket.pointee.sizeClass) != sizeClass {
        return "DebugClass: bucket in the list does not wait"
      }
      if bucket.pointee.previous != previous { return "Bucket: previous ≠ the one before" }
      if previous == 0, bucket.pointee.stamp != state.pointee.waitingStamp {
        return "DebugClass: waitingStamp ≠ stamp of the first"
      }
      listed += 1
      previous = next
      next = bucket.pointee.next
    }
    if previous != state.pointee.lastWaiting { return "DebugClass: lastWaiting ≠ the list's end" }
    return listed == count ? nil : "DebugClass: waiting buckets ≠ length of their list"
  }

  private func checkRetired(_ count: Int) -> StaticString? {
    var listed = 0
    var next = storage.pointee.regions.oldestRetired
    while let bucket = next, listed <= count {
      if bucket.pointee.state != .retired { return "Regions: slice in the list is not retired" }
      listed += 1
      let ordinal = Int(bucket.pointee.next)
      next = ordinal == 0 ? nil : storage.pointee.regions.bucket(ordinal: ordinal)
    }
    return listed == count ? nil : "Regions: retired slices ≠ length of their list"
  }
}

struct BucketTally {
  var requested = InlineArray<42, Int>(repeating: 0)
  var waiting = InlineArray<42, Int>(repeating: 0)
  var total = 0
  var retired = 0
  var ready = 0
  var mappingCount = 0
  /// A guarded slot was set aside: its page is accessible or not.
  var isUncertain = false
}
