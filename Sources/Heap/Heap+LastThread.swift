// What the last thread beside the first leaves: the process has one thread again, and no helper. If that one sleeps, nobody else
// would give it back.

import Memory
import Platform
import Synchronization

extension Heap {
  /// Less is left to the next slow path.
  private static var leastPurged: Int { 8 << 20 }
  /// Purge delays from one such purge to the next: a program may make one thread after the other, each with its burst.
  private static var endWait: UInt32 { 32 }

  /// The calling thread has given its cache away. Gives back what can be had of small and medium blocks when one thread is left
  /// at most. What large blocks left is for the next thread: phases of blocks of all sizes, a thread for each, peak at a twelfth
  /// more without it (phases_of_block_sizes_make_no_double_peak).
  package func purgeAfterEnd() {
    if threadCount > 1 || purgeDelay < 0 || !threads.enterSlowPath() { return }
    defer { threads.leaveSlowPath() }
    if pageHeap.dirty.byteCount + centralBytes < Self.leastPurged { return }
    let now = System.milliseconds | 1
    let last = storage.pointee.endPurgeTime.load(ordering: .relaxed)
    if last != 0, now &- last < Self.endWait * max(UInt32(purgeDelay), 100) { return }
    storage.pointee.endPurgeTime.store(now, ordering: .relaxed)
    var purged = purgeHoles(of: nil) + trimOthers()
    releaseEmpty(all: true, timestamp: now)
    purged += pageHeap.purge(age: 0, now: now, timesOut: false)
    Policy.Observer.purged(.burst, purged)
  }

  // Of the spans in the central lists, whatever they hold.
  private var centralBytes: Int {
    var count = 0
    for sizeClass in 0..<classes.count {
      count += central[sizeClass].count.load(ordering: .relaxed)
    }
    return count * PageMap.sliceSize
  }
}
