// The second thread-local word: what the slow paths of this thread must know.

import CShims

package enum ThreadFlags {
  /// The thread is inside a slow path: whoever asks now is a signal handler.
  package static let busy: UInt = 1
  /// The thread's cache was given back because the thread ends: it gets no new one.
  package static let ended: UInt = 2

  /// The thread forks inside a signal handler that interrupted a slow path.
  package static let forksInHandler: UInt = 4

  @inline(__always)
  package static var current: UInt { swiftmalloc_thread_flags() }

  package static func insert(_ flag: UInt) { swiftmalloc_set_thread_flags(current | flag) }
  package static func remove(_ flag: UInt) { swiftmalloc_set_thread_flags(current & ~flag) }
}

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// The calling thread's cache, if it has one.
  @inline(__always)
  package static var ofThisThread: Self? {
    swiftmalloc_thread_cache()?.assumingMemoryBound(to: ThreadCache.self)
  }

  /// The calling thread's cache as an owner; 0 if it has none.
  @inline(__always)
  package static var ownerOfThisThread: UInt { swiftmalloc_thread_owner() }
}
