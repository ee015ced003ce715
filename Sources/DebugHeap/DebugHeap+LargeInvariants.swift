// The equations of large blocks, checked by the tests while no thread uses the heap.
//
//   apartCount = large blocks in use between sealed pages
//   taken cells of all pools = records with a cell, but for those that were set aside
//   a pool is in the list of its class if, and only if, it has a free cell

import Memory
import Platform
import Synchronization

extension DebugHeap {
  /// The equation of large blocks that does not hold, or nil.
  func checkLarge(_ tally: inout BucketTally) -> StaticString? {
    var count = 0
    var live = 0
    var apart = 0
    var requested = 0
    var isFound = true
    var taken = 0
    storage.pointee.large.forEach { record in
      count += 1
      if storage.pointee.large.find(record.pointee.block) != record { isFound = false }
      if record.pointee.pool != 0, !record.pointee.isSetAside { taken += 1 }
      if record.pointee.isFreed { return }
      live += 1
      requested += record.pointee.requested
      if record.pointee.isIsland { apart += 1 }
    }
    if !isFound { return "LargeTable: record is not found" }
    if count != storage.pointee.large.count { return "LargeTable: count ≠ records" }
    if requested != storage.pointee.largeRequestedBytes {
      return "DebugHeap: largeRequestedBytes ≠ bytes of live large blocks"
    }
    if apart != storage.pointee.apartCount.load(ordering: .relaxed) {
      return "DebugHeap: apartCount ≠ large blocks between sealed pages"
    }
    tally.mappingCount += apart
    tally.total += requested
    return checkLargeQueue(count - live) ?? storage.pointee.pools.checkInvariants(taken: taken)
  }

  private func checkLargeQueue(_ freed: Int) -> StaticString? {
    var count = 0
    var byteCount = 0
    var filled = 0
    var last: UInt = 0
    var next = storage.pointee.largeQueue.first
    while next != 0, count <= freed {
      guard let record = storage.pointee.large.find(next), record.pointee.isFreed else {
        return "LargeQueue: what is not freed is in it"
      }
      count += 1
      byteCount += record.pointee.mappingBytes
      if record.pointee.isFilled { filled += record.pointee.area.byteCount }
      last = next
      next = record.pointee.next
    }
    if count != freed || count != storage.pointee.largeQueue.count {
      return "LargeQueue: count ≠ freed large blocks"
    }
    if last != storage.pointee.largeQueue.last { return "LargeQueue: last ≠ its end" }
    if filled != storage.pointee.largeQueue.filledByteCount {
      return "LargeQueue: filledByteCount ≠ bytes of its filled blocks"
    }
    return byteCount == storage.pointee.largeQueue.byteCount
      ? nil : "LargeQueue: byteCount ≠ bytes of its mappings"
  }
}

extension LargePools {
  /// The equation that does not hold, or nil. A cell that was set aside may be taken without a record.
  package func checkInvariants(taken: Int) -> StaticString? {
    var violation: StaticString?
    var (poolCount, cells, free, withFree) = (0, 0, 0, 0)
    forEach { number, pool in
      poolCount += 1
      cells += pool.pointee.cellCount
      free += pool.pointee.freeCount
      if pool.pointee.freeCount > 0 { withFree += 1 }
      var bits = 0
      for word in 0..<pool.pointee.free.count { bits += pool.pointee.free[word].nonzeroBitCount }
      if bits != pool.pointee.freeCount { violation = "Pool: freeCount ≠ bits of free cells" }
    }
    var listed = 0
    for sizeClass in 0..<96 {
      var previous: UInt32 = 0
      var next = firstFree(sizeClass)
      while next != 0, listed <= poolCount {
        let pool = self[next]
        if pool.pointee.freeCount == 0 || pool.pointee.sizeClass != sizeClass {
          violation = "LargePools: pool in the list has no free cell of its class"
        }
        if pool.pointee.previous != previous { violation = "Pool: previous ≠ the one before" }
        listed += 1
        previous = next
        next = pool.pointee.next
      }
    }
    if listed != withFree { violation = "LargePools: pools with free cells ≠ those in lists" }
    if poolCount != count { violation = "LargePools: count ≠ pools" }
    if cells - free < taken { violation = "LargePools: taken cells < records with a cell" }
    return violation
  }
}
