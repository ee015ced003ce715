// fork: the C library calls these handlers before and after it, the first as the last of all before, since we registered
// ours at load. Behind it, and before the kernel makes the child, fork itself takes the lock of the list of
// streams, which another thread may hold while it waits for one that allocates (fflush(NULL) and getline): so that lock
// comes before any of ours, as it comes before those of the C library's own malloc.
//
//   streams → heaps of the program's own → heap → profile → counters

import CShims
import DebugHeap
import Heap
import Heaps
import Live
import Platform
import Profiles

extension Process {
  // Whether other threads may have been anywhere, the loader included.
  nonisolated(unsafe) private static var hadOtherThreads = false

  static func prepareFork() {
    hadOtherThreads = swiftmalloc_is_single_threaded() == 0
    takeFirstLocks()
    switch active {
    case .production(let heap): heap.prepareFork()
    case .debug(let heap):
      // A report reads files by the C library's streams, and its lock is in nobody's order.
      while !heap.tryPrepareFork() {
        giveFirstLocksBack()
        heap.waitForReport()
        takeFirstLocks()
      }
    case .none: break
    }
    ProfileSampler.prepareFork()
    if LiveCounts.isOn { LiveProcess.prepareFork() }
  }

  private static func takeFirstLocks() {
    swiftmalloc_lock_streams()
    HeapTable.prepareFork()
  }

  private static func giveFirstLocksBack() {
    HeapTable.finishForkInParent()
    swiftmalloc_unlock_streams()
  }

  static func finishForkInParent() {
    if LiveCounts.isOn { LiveProcess.finishForkInParent() }
    ProfileSampler.finishForkInParent()
    switch active {
    case .production(let heap): heap.finishForkInParent()
    case .debug(let heap): heap.finishForkInParent()
    case .none: break
    }
    giveFirstLocksBack()
  }

  static func finishForkInChild() {
    if hadOtherThreads {
      swiftmalloc_doubt_loader()
      swiftmalloc_large_stacks_in_child()
    }
    if LiveCounts.isOn { LiveProcess.finishForkInChild() }
    ProfileSampler.finishForkInChild()
    switch active {
    case .production(let heap): heap.finishForkInChild()
    case .debug(let heap):
      heap.finishForkInChild()
      watchChildForLeaks()
      noteChild(heap)
    case .none: break
    }
    HeapTable.finishForkInChild()
    Helper.finishForkInChild()
    swiftmalloc_reset_streams()
  }
}
