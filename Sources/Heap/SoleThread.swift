// How a heap of one thread finds that thread's cache: it is told. No signal handler uses such a heap, so there is nothing
// to mark, and a signal handler may use every other heap meanwhile.

import Memory

@usableFromInline
package struct SoleThread: ThreadAccess {
  @usableFromInline let own: UnsafeMutablePointer<ThreadCache>

  @inlinable @inline(__always)
  package init(_ cache: UnsafeMutablePointer<ThreadCache>) { own = cache }

  /// Not nil, that is.
  @inlinable @inline(__always)
  package init(soleCache: UnsafeMutablePointer<ThreadCache>?) { own = soleCache.unsafelyUnwrapped }

  @inlinable @inline(__always)
  package var cacheWord: UInt { UInt(bitPattern: own) }

  // Always ready, which the compiler does not see in the address.
  @inlinable @inline(__always)
  package var readyCache: UInt? { UInt(bitPattern: own) }

  @inlinable @inline(__always)
  package func enter() {}

  @inlinable @inline(__always)
  package func leave(_ word: UInt) {}

  package var cache: UnsafeMutablePointer<ThreadCache>? { own }
  package func take(_ cache: UnsafeMutablePointer<ThreadCache>) {}
  package func end() -> UnsafeMutablePointer<ThreadCache>? { own }
  package var hasEnded: Bool { false }
  package func enterSlowPath() -> Bool { true }
  package var isResting: Bool { false }
  package func leaveSlowPath() {}
  package func enterFork() -> Bool { true }
  package func hasEnteredFork() -> Bool { true }
  package func leaveFork() {}
}
