// What is known of a thread's rest, in a word of its cache. A thread that sleeps cannot look after its cache, so others do
// (Heap+Sleepers): they close the cache's gates, wait, and then its lists and its spans' bits are theirs. The thread's next
// slow call ends its rest (Heap+Wake). What makes this safe is told in docs/design/sleeping-threads.md.
//
//   active ──(a look)──> watched ──(another look)──> closed ──(a third look)──> resting ──(looks)──> resting
//     watched, closed, resting ──(the thread's next slow call)──> active
//     while somebody looks: taken; and awaited when the thread comes meanwhile

import CShims
import Memory
import Platform
import Synchronization

package enum CacheRest {
  /// The thread has made a slow call since the last look.
  package static let active: UInt32 = 0
  /// It has made none since then.
  package static let watched: UInt32 = 1
  /// Its fast paths find no span of the cache, but may not know yet.
  package static let closed: UInt32 = 2
  /// All spans were looked at.
  package static let resting: UInt32 = 3
  /// Another thread works on the cache: the thread's slow paths wait.
  package static let taken: UInt32 = 4
  /// As `taken`, and the thread waits.
  package static let awaited: UInt32 = 5
}

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// Freed blocks that wait are more than may, by this value: the fast path lets no other wait.
  package static var closedPending: Int { .max / 2 }

  /// Whether the thread waits for the cache.
  var isAwaited: Bool { pointee.rest.load(ordering: .relaxed) == CacheRest.awaited }

  /// Whether somebody but the thread works on the cache.
  var isTaken: Bool {
    let rest = pointee.rest.load(ordering: .acquiring)
    return rest == CacheRest.taken || rest == CacheRest.awaited
  }

  /// Notes that the thread makes slow calls no more, as far as is known; false when another has noted something.
  func watch() -> Bool {
    pointee.rest.compareExchange(
      expected: CacheRest.active, desired: CacheRest.watched, ordering: .relaxed
    ).exchanged
  }

  /// Takes a cache that rests so; false when its thread has come meanwhile.
  func take(from rest: UInt32) -> Bool {
    // Acquire: partner is the release of who worked on it last.
    pointee.rest.compareExchange(
      expected: rest, desired: CacheRest.taken, ordering: .acquiring
    ).exchanged
  }

  /// Gives a taken cache back, which may be gone then.
  func letGo(_ rest: UInt32) {
    // Release: partner is the acquire in `Heap.wake`.
    if pointee.rest.exchange(rest, ordering: .acquiringAndReleasing) == CacheRest.awaited {
      Futex.wake(pointee.rest)
    }
  }

  /// Sleeps until the cache is taken no more. For its thread.
  func waitWhileTaken() {
    while isTaken {
      _ = pointee.rest.compareExchange(
        expected: CacheRest.taken, desired: CacheRest.awaited, ordering: .relaxed)
      Futex.wait(pointee.rest, while: CacheRest.awaited)
    }
  }

  /// Whether the thread is between the instructions of a fast path, or a signal handler of it came between.
  package var isInFastPath: Bool { swiftmalloc_is_in_fast_path(pointee.threadMark) != 0 }

  /// Whether the thread is in a slow path of some heap.
  package var isInSlowPath: Bool {
    swiftmalloc_thread_flags_of(pointee.threadMark) & ThreadFlags.busy != 0
  }
}
