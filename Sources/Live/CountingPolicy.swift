// The fast path of a process that counts calls, into the same heap. There no thread is ever ready, so that the fast paths
// of all other processes ask nothing more.

import CShims
import Heap
import Memory

package enum CountingPolicy: FastPathPolicy {
  package typealias Threads = CountingThread
  package typealias Observer = ThreadCounters
}

/// The thread's cache is another word than `ready` here, which is used when the thread has counters, too.
package struct CountingThread: CacheAccess {
  /// Other than `SWIFTMALLOC_NO_CACHE` in a signal handler that came between the instructions of a fast path: the mark of
  /// that path, which stays in place.
  private let before: UInt

  @inline(__always)
  package init() { before = swiftmalloc_ready_cache() }

  @inline(__always)
  package var cacheWord: UInt {
    let none = UInt(SWIFTMALLOC_NO_CACHE)
    if before != none || swiftmalloc_own_row() == nil { return none }
    guard let cache = swiftmalloc_thread_cache() else { return none }
    return UInt(bitPattern: cache)
  }

  @inline(__always)
  package func enter() { swiftmalloc_enter_fast_path() }

  @inline(__always)
  package func leave(_ word: UInt) { swiftmalloc_leave_fast_path(before) }
}
