// fork: the child has one thread and a copy of everything, at a moment when no lock is held by
// anybody else. The handlers are registered at the first call, so they run last before the fork and
// first after it; other handlers may allocate.

import Memory
import Platform
import Synchronization

extension Heap {
  /// Takes every lock, in lock order, so that the child finds all shared state whole.
  package func prepareFork() {
    if threads.enterFork() { takeAllLocks() }
  }

  /// The same of a heap beside the process', before that one's.
  package func takeAllLocks() {
    pageHeap.gate.announceFork()
    caches.sleepersLock.lock()
    takeLocksBehindSleepers()
  }

  /// Those of them that come behind the one of the looks at sleeping threads.
  func takeLocksBehindSleepers() {
    caches.sharedLock.lock()
    // Steps of threads that are not there never end.
    if !caches.hasLostThreads {
      pageHeap.gate.close()
      large.runs.gate.close()
    }
    caches.lock.lock()
    for index in 0..<SizeClasses.limit { central[index].lock.lock() }
    sampled.lock.lock()
    large.lock.lock()
    pageHeap.lock.lock()
    metadataAllocator.lock.lock()
  }

  package func finishForkInParent() {
    if !threads.hasEnteredFork() { return }
    giveAllLocksBack()
    threads.leaveFork()
  }

  /// The same of a heap beside the process'.
  package func giveAllLocksBack() {
    giveLocksBehindSleepersBack()
    caches.sleepersLock.unlock()
    pageHeap.gate.dismissFork()
  }

  func giveLocksBehindSleepersBack() {
    metadataAllocator.lock.unlock()
    pageHeap.lock.unlock()
    large.lock.unlock()
    sampled.lock.unlock()
    for index in 0..<SizeClasses.limit { central[index].lock.unlock() }
    caches.lock.unlock()
    large.runs.gate.open()
    pageHeap.gate.open()
    caches.sharedLock.unlock()
  }

  /// In the child only this thread is left. The caches of the others are orphans now: the first
  /// span that this process would have to make anew comes from them instead.
  package func finishForkInChild() {
    if !threads.hasEnteredFork() {
      loseThreads()
      return
    }
    beginInChild()
    threads.leaveFork()
  }

  /// In the child of a signal handler's fork.
  package func loseThreads() {
    resetGates()
    caches.hasLostThreads = true
    // Of those whose threads are not there: all but the own one and that of ended threads.
    caches.lostCount = 0
    caches.lostCount = max(threadCount - (threads.cache == nil ? 0 : 1), 0)
  }

  /// In the child: all locks are nobody's, and so are the caches of the others.
  package func beginInChild() {
    resetGates()
    metadataAllocator.lock.reset()
    pageHeap.lock.reset()
    if Policy.Observer.isOn { pageHeap.publishSlices() }
    large.lock.reset()
    sampled.lock.reset()
    for index in 0..<SizeClasses.limit { central[index].lock.reset() }
    caches.lock.reset()
    caches.sharedLock.reset()
    caches.sleepersLock.reset()
    caches.lookLock.reset()
    caches.looked = nil
    let own = threads.cache
    caches.lostCount = 0
    var next = caches.head
    while let cache = next {
      next = cache.pointee.next
      if cache != own { cache.pointee.threadMark = 0 }
      // One whose thread was in a slow path may be in the middle of a change: its spans stay as
      // they are, and only frees reach them.
      if cache == own || cache == caches.shared { continue }
      if cache.pointee.isBusy.load(ordering: .relaxed) {
        caches.lostCount += 1
        continue
      }
      caches.remove(cache)
      cache.pointee.isOrphan = true
      cache.pointee.next = caches.orphans
      caches.orphans = cache
    }
  }

  private func resetGates() {
    pageHeap.gate.reset()
    large.runs.gate.reset()
  }

  /// Gives away the spans of one orphan; false when another thread was first.
  func adoptOrphan() -> Bool {
    caches.lock.lock()
    guard let cache = caches.orphans else {
      caches.lock.unlock()
      return false
    }
    caches.orphans = cache.pointee.next
    caches.add(cache)
    caches.lock.unlock()
    abandonAll(cache)
    return true
  }
}
