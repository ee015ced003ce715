// All thread caches of a heap, in a list that only thread start, thread end, fork, statistics and
// error paths walk; the caches that a fork left without a thread; and the shared cache of threads
// that have ended but still allocate.

import Memory
import Platform
import Synchronization

package struct CacheRegistry<Policy: HeapPolicy>: ~Copyable {
  package let lock = HeapLock<Policy>(.registryLock)
  package private(set) var head: UnsafeMutablePointer<ThreadCache>?
  package private(set) var count = 0
  /// Caches of threads that do not exist in this process: their parent's, after a fork.
  package var orphans: UnsafeMutablePointer<ThreadCache>?
  /// Guards the shared cache.
  package let sharedLock = HeapLock<Policy>(.registryLock)
  package var shared: UnsafeMutablePointer<ThreadCache>?

  mutating func add(_ cache: UnsafeMutablePointer<ThreadCache>) {
    cache.pointee.previous = nil
    cache.pointee.next = head
    head?.pointee.previous = cache
    head = cache
    count += 1
  }

  mutating func remove(_ cache: UnsafeMutablePointer<ThreadCache>) {
    if let previous = cache.pointee.previous {
      previous.pointee.next = cache.pointee.next
    } else {
      head = cache.pointee.next
    }
    cache.pointee.next?.pointee.previous = cache.pointee.previous
    cache.pointee.next = nil
    cache.pointee.previous = nil
    count -= 1
  }
}
