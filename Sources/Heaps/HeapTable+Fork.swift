// fork: no lock of these heaps is held by anybody else at that moment, and in the child each is whole (Heap+Fork).

import CShims
import Heap
import Live
import Platform
import Synchronization

extension HeapTable {
  // A signal handler may have interrupted a holder of the locks. It is marked so before the fork and after it.
  private static var isInterrupted: Bool { ThreadFlags.current & ThreadFlags.busy != 0 }

  static func forEachCached(_ body: (ProductionHeap) -> Void) {
    forEach { if $0.pointee.kind == .cached { body(LibraryHeap($0).cached) } }
  }

  /// Before a fork: takes the locks, before any of the process' heap.
  package static func prepareFork() {
    if isInterrupted { return }
    lock.lock()
    forEach { $0.pointee.lock.lock() }
    forEachCached { $0.takeAllLocks() }
    TrackedBlocks.prepareFork()
  }

  /// After it, and after the process' heap has given its own back.
  package static func finishForkInParent() {
    if isInterrupted { return }
    TrackedBlocks.finishForkInParent()
    forEachCached { $0.giveAllLocksBack() }
    forEach { $0.pointee.lock.unlock() }
    lock.unlock()
  }

  /// In the child the local heaps of other threads belong to nobody, as they may be half changed.
  package static func finishForkInChild() {
    if isInterrupted { return forEachCached { $0.loseThreads() } }
    TrackedBlocks.finishForkInChild()
    forEachCached {
      $0.beginInChild()
      process?.pointee.caches.keepsOrphans = true
    }
    forEach { slot in
      slot.pointee.lock.reset()
      slot.pointee.inside.store(0, ordering: .relaxed)
      if slot.pointee.isLocal, slot.pointee.owner != swiftmalloc_thread_mark() {
        slot.pointee.owner = .max
      }
    }
    lock.reset()
  }
}
