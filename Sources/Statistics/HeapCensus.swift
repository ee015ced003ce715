// A count of everything in a heap, made by walking its arenas. The page heap is locked meanwhile, so
// spans stay what they are; block bits may change under the walk, so the count of a busy process is
// a moment's blur, that of a quiet one exact. Costs a few nanoseconds per span.

import CShims
import Heap
import Live
import Memory
import Platform

/// Blocks and bytes of one size class.
package struct ClassCensus {
  package var blockSize = 0
  package var spanCount = 0
  package var liveCount = 0
  package var freeCount = 0
}

/// What of a heap is resident, in bytes. Within a span, free blocks are taken to be those without pages.
package struct Residency {
  package var threadCaches = 0
  package var centralLists = 0
  package var freeSpans = 0
  package var purgeable = 0
  package var metadata = 0
  /// Of free runs without contents: only huge pages make these resident.
  package var hugePages = 0
  /// Of live blocks: not resident.
  package var untouched = 0
  /// Not resident either: whole pages behind what was asked for of a medium or large block.
  package var tails = 0
}

/// What a heap holds, in bytes unless it says count.
package struct HeapCensus: ~Copyable {
  package var classes = ClassArray<ClassCensus>(repeating: ClassCensus())
  /// Live blocks of all size classes.
  package var smallCount = 0
  package var smallBytes = 0
  package var smallFreeBytes = 0
  package var mediumCount = 0
  package var mediumBytes = 0
  package var largeCount = 0
  package var largeBytes = 0
  package var cachedLargeBytes = 0
  /// Spans that thread caches keep empty.
  package var stashedBytes = 0
  /// Free runs whose pages are resident, and free runs without pages.
  package var dirtyBytes = 0
  package var cleanBytes = 0
  package var committedBytes = 0
  package var metadataBytes = 0
  package var peakBytes = 0
  package var threadCacheCount = 0
  /// What the program asked for of the live blocks; nil where calls are not counted.
  package var requestedBytes: Int?
  /// Of the blocks of size classes that the program has not freed; nil as above. `smallBytes` has those, too, that wait
  /// for the thread that owns their span.
  package var countedSmallBytes: Int?
  package var residency = Residency()
  /// Milliseconds for which the oldest free run has been kept that holds contents, of spans and
  /// medium blocks; 0 without one.
  package var oldestKept = 0

  /// Of nothing.
  package init() {}

  /// Bytes of all live blocks.
  package var liveBytes: Int { smallBytes + mediumBytes + largeBytes }
  package var liveCount: Int { smallCount + mediumCount + largeCount }
  /// Bytes that were taken from the system and are in no live block.
  package var freeBytes: Int { smallFreeBytes + stashedBytes + dirtyBytes + cachedLargeBytes }
}

extension Heap {
  /// With `measuresResidency` the kernel is asked of each span, which costs a system call of 150
  /// ns. In a signal handler that interrupted a change of the heap, what was being changed is left
  /// out.
  package func census(measuresResidency: Bool = false) -> HeapCensus {
    var census = HeapCensus()
    var resident = ResidentBytes()
    if measuresResidency { resident.open() }
    for index in 0..<classes.count { census.classes[index].blockSize = classes.blockSize(index) }
    if take(large.lock) {
      census.largeCount = large.blockCount
      census.largeBytes = large.blockBytes
      census.cachedLargeBytes = large.runs.dirty.byteCount
      if measuresResidency { measureLarge(&census, &resident) }
      large.lock.unlock()
    }
    census.threadCacheCount = caches.count
    if take(pageHeap.lock) {
      census.dirtyBytes = pageHeap.dirty.byteCount
      census.cleanBytes = pageHeap.clean.byteCount
      census.committedBytes = pageHeap.committedBytes
      census.peakBytes = pageHeap.peakUsedBytes + large.peakBlockBytes
      census.metadataBytes = metadataAllocator.committedBytes
      walk(&census, &resident, measuresResidency)
      pageHeap.lock.unlock()
    }
    if measuresResidency { measureMetadata(&census, &resident) }
    if Policy.Sampler.isThere, isProcess {
      addGuarded(&census, &resident, measuresResidency)
    }
    resident.close()
    if Policy.Observer.isOn { countRequested(&census) }
    return census
  }

  // Another census may take long. Only in a handler the holder may be the calling thread itself.
  private func take(_ lock: borrowing HeapLock<Policy>) -> Bool {
    if ThreadFlags.current & ThreadFlags.busy != 0 { return lock.lock(milliseconds: Lock.patience) }
    lock.lock()
    return true
  }

  @inline(never)
  private func countRequested(_ census: inout HeapCensus) {
    var sum = 0
    var small = 0
    for index in 0..<Int(SWIFTMALLOC_LIVE_CLASSES) {
      let total = LiveTotals.ofClass(index)
      sum += total.liveBytes
      if index < census.classes.count { small += total.liveCount * census.classes[index].blockSize }
    }
    census.requestedBytes = sum
    census.countedSmallBytes = small
  }

  // Apart, so that there is one census on the stack.
  @inline(never)
  private func walk(
    _ census: inout HeapCensus, _ resident: inout ResidentBytes, _ measuresResidency: Bool
  ) {
    var runs = RunWalk(self)
    while let (record, start) = runs.next() {
      count(record, &census)
      if measuresResidency { measure(record, start, &census, &resident) }
    }
  }

  private func count(_ record: Record, _ census: inout HeapCensus) {
    let byteCount = record.byteCount
    switch record.kind {
    case .small: countSmall(record, &census)
    case .medium:
      census.mediumCount += 1
      census.mediumBytes += byteCount
    case .stashed: census.stashedBytes += byteCount
    case .freeDirty:
      let age = Int32(bitPattern: System.milliseconds &- record.pointee.timestamp)
      census.oldestKept = max(census.oldestKept, Int(age))
    default: break
    }
  }

  private func countSmall(_ record: Record, _ census: inout HeapCensus) {
    guard let state = record.state else { return }
    let sizeClass = Int(record.sizeClass)
    let blockSize = Int(record.blockSize)
    let free = state.freeCount + state.remoteFreeCount
    let live = max(0, state.capacity - free)
    census.classes[sizeClass].spanCount += 1
    census.classes[sizeClass].liveCount += live
    census.classes[sizeClass].freeCount += free
    census.smallCount += live
    census.smallBytes += live * blockSize
    census.smallFreeBytes += free * blockSize
  }
}
