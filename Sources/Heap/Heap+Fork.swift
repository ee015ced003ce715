// fork: the child has one thread and a copy of everything, at a moment when no lock is held by
// anybody else. The handlers are registered at the first call, so they run last before the fork and
// first after it; other handlers may allocate.

import Memory
import Platform
import Synchronization

extension Heap {
  /// Takes every lock, in lock order, so that the child finds all shared state whole.
  package func prepareFork() {
    if !threads.enterFork() { return }
    caches.sleepersLock.lock()
    caches.sharedLock.lock()
    caches.lock.lock()
    for index in 0..<SizeClasses.limit { central[index].lock.lock() }
    large.lock.lock()
    pageHeap.lock.lock()
    metadataAllocator.lock.lock()
  }

  package func finishForkInParent() {
    if !threads.hasEnteredFork() { return }
    metadataAllocator.lock.unlock()
    pageHeap.lock.unlock()
    large.lock.unlock()
    for index in 0..<SizeClasses.limit { central[index].lock.unlock() }
    caches.lock.unlock()
    caches.sharedLock.unlock()
    caches.sleepersLock.unlock()
    threads.leaveFork()
  }

  /// In the child only this thread is left. The caches of the others are orphans now: the first
  /// span that this process would have to make anew comes from them instead.
  package func finishForkInChild() {
    if !threads.hasEnteredFork() {
      caches.hasLostThreads = true
      return
    }
    metadataAllocator.lock.reset()
    pageHeap.lock.reset()
    if Policy.Observer.isOn { pageHeap.publishSlices() }
    large.lock.reset()
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
      cache.pointee.next = caches.orphans
      caches.orphans = cache
    }
    threads.leaveFork()
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
