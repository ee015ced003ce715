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
  /// Of those in the list, caches of the parent's threads that were in a slow path when the process was forked.
  package var lostCount = 0
  /// Caches of threads that do not exist in this process: their parent's, after a fork.
  package var orphans: UnsafeMutablePointer<ThreadCache>?
  /// Whether their memory stays where it is: its address may still be the owner of spans of other heaps.
  package var keepsOrphans = false
  /// Guards the shared cache.
  package let sharedLock = HeapLock<Policy>(.registryLock)
  package var shared: UnsafeMutablePointer<ThreadCache>?

  /// Guards the looks at caches of sleeping threads (Heap+Sleepers): all of a look, and one step of it, which forks wait
  /// for. Before `sharedLock`, unless it is only tried.
  package let lookLock = HeapLock<Policy>(.registryLock)
  package let sleepersLock = HeapLock<Policy>(.registryLock)
  /// Whether a cache may have something to give back, when the last look ended, and how many milliseconds later the next may
  /// begin.
  package let isLookDue = Atomic<Bool>(true)
  let lookTime = Atomic<UInt32>(0)
  let lookWait = Atomic<UInt32>(0)
  /// Trims of other threads' caches that began and, under `lookLock`, the number of the last that ended.
  let trimsBegun = Atomic<Int>(0)
  var trimsEnded = 0
  /// Under `lookLock`: the look's number, and whether it closed gates.
  var lookNumber: UInt32 = 0
  var hasClosed = false
  /// The cache that is looked at next; nil when all were.
  var looked: UnsafeMutablePointer<ThreadCache>?
  /// In the child of a fork in a signal handler: caches of threads that are not there cannot be told from others.
  var hasLostThreads = false

  mutating func add(_ cache: UnsafeMutablePointer<ThreadCache>) {
    cache.pointee.previous = nil
    cache.pointee.next = head
    head?.pointee.previous = cache
    head = cache
    count += 1
  }

  mutating func remove(_ cache: UnsafeMutablePointer<ThreadCache>) {
    if looked == cache { looked = cache.pointee.next }
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
