// fork: the child has one thread and a copy of everything, at a moment when no lock is held by
// anybody else. The handlers are registered at the first call, so they run last before the fork and
// first after it; other handlers may allocate.

import Memory
import Platform

extension Heap {
  /// Takes every lock, in lock order, so that the child finds all shared state whole.
  package func prepareFork() {
    if !threads.enterFork() { return }
    storage.pointee.caches.sharedLock.lock()
    storage.pointee.caches.lock.lock()
    for index in 0..<SizeClasses.limit { storage.pointee.central[index].lock.lock() }
    storage.pointee.large.lock.lock()
    storage.pointee.pageHeap.lock.lock()
    metadata.pointee.lock.lock()
  }

  package func finishForkInParent() {
    if !threads.hasEnteredFork() { return }
    metadata.pointee.lock.unlock()
    storage.pointee.pageHeap.lock.unlock()
    storage.pointee.large.lock.unlock()
    for index in 0..<SizeClasses.limit { storage.pointee.central[index].lock.unlock() }
    storage.pointee.caches.lock.unlock()
    storage.pointee.caches.sharedLock.unlock()
    threads.leaveFork()
  }

  /// In the child only this thread is left. The caches of the others are orphans now: the first
  /// span that this process would have to make anew comes from them instead.
  package func finishForkInChild() {
    if !threads.hasEnteredFork() { return }
    metadata.pointee.lock.reset()
    storage.pointee.pageHeap.lock.reset()
    if Policy.Observer.isOn { storage.pointee.pageHeap.publishSlices() }
    storage.pointee.large.lock.reset()
    for index in 0..<SizeClasses.limit { storage.pointee.central[index].lock.reset() }
    storage.pointee.caches.lock.reset()
    storage.pointee.caches.sharedLock.reset()
    let own = threads.cache
    var next = storage.pointee.caches.head
    while let cache = next {
      next = cache.pointee.next
      // One whose thread was in a slow path may be in the middle of a change: its spans stay as
      // they are, and only frees reach them.
      if cache == own || cache == storage.pointee.caches.shared || cache.pointee.isBusy { continue }
      storage.pointee.caches.remove(cache)
      cache.pointee.next = storage.pointee.caches.orphans
      storage.pointee.caches.orphans = cache
    }
    threads.leaveFork()
  }

  /// Gives away the spans of one orphan; false when another thread was first.
  func adoptOrphan() -> Bool {
    storage.pointee.caches.lock.lock()
    guard let cache = storage.pointee.caches.orphans else {
      storage.pointee.caches.lock.unlock()
      return false
    }
    storage.pointee.caches.orphans = cache.pointee.next
    storage.pointee.caches.add(cache)
    storage.pointee.caches.lock.unlock()
    abandonAll(cache)
    return true
  }
}
