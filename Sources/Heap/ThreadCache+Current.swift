// The calling thread's cache, from the first thread-local word.

import CShims

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
