// The ways in which a thread finds its cache (HeapPolicy).

import CShims
import Memory

/// By the thread-local word `ready`, which is odd where no fast path may be taken.
package struct ReadyThread: CacheAccess {
  @inline(__always)
  package init() {}

  @inline(__always)
  package var cacheWord: UInt { swiftmalloc_ready_cache() }

  // The word of another place, which no fast path writes: the processor does not wait for the last one's stores.
  @inline(__always)
  package var readyCache: UInt? {
    swiftmalloc_ready_cache() & 1 != 0 ? nil : UInt(bitPattern: swiftmalloc_thread_cache())
  }

  @inline(__always)
  package func enter() { swiftmalloc_enter_fast_path() }

  @inline(__always)
  package func leave(_ word: UInt) { swiftmalloc_leave_fast_path(word) }
}

/// In a process that counts calls no thread is ever ready, so that the fast paths of all other processes ask nothing more.
/// Here the thread's cache is another word, which is used when the thread has counters, too.
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

/// The cache of the only thread that uses a heap, and no signal handler does.
package struct SoleThread: CacheAccess {
  private let cache: UnsafeMutablePointer<ThreadCache>

  @inline(__always)
  package init(_ cache: UnsafeMutablePointer<ThreadCache>) { self.cache = cache }

  @inline(__always)
  package var cacheWord: UInt { cache.owner }

  @inline(__always)
  package func enter() {}

  @inline(__always)
  package func leave(_ word: UInt) {}
}
