// The calling thread's cache, from the thread-local words.

import CShims
import Platform

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// The calling thread's cache, if it has one. For slow paths: the fast ones ask whether it is ready.
  @inline(__always)
  package static var ofThisThread: Self? {
    swiftmalloc_thread_cache()?.assumingMemoryBound(to: ThreadCache.self)
  }

  /// Whether the calling thread may take its fast paths.
  @inline(__always)
  package static var isReady: Bool { swiftmalloc_ready_cache() & 1 == 0 }

  /// Whether the caller is a signal handler that came between the instructions of a fast path of its own thread.
  /// A mark below the caller's frame on the same stack is none of such: a handler left the fast path by a jump,
  /// and the cache is made ready again.
  package static var isInFastPath: Bool {
    let mark = swiftmalloc_ready_cache()
    guard mark & 1 != 0, mark != UInt(SWIFTMALLOC_NO_CACHE) else { return false }
    let frame = swiftmalloc_stack_end()
    // The mappings tell of stacks that handlers choose themselves, or that SS_AUTODISARM hides.
    guard mark < frame, swiftmalloc_is_on_signal_stack() == 0,
      case .mapping(let stack) = ProcessMaps.find(frame), stack.contains(mark)
    else { return true }
    swiftmalloc_set_thread_cache(swiftmalloc_thread_cache())
    return false
  }
}
