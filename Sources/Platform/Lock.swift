// A mutual-exclusion lock in four bytes: 0 free, 1 held, 2 held and somebody may sleep. A short
// spin, then sleep on the futex (futex(2)), so that 64 threads on two cores do not burn them.
// Zero memory is a free lock: usable in static and mapped memory without set-up. Not recursive.

import CShims
import Synchronization

package struct Lock: ~Copyable {
  private let word = Atomic<UInt32>(0)
  #if Counters
    private let kind: SharedWrite
  #endif

  // A critical section here is some 50 ns long; a sleep and a wake cost 5 to 10 µs.
  private static let spinLimit = 100

  package init() {
    #if Counters
      kind = .otherLock
    #endif
  }

  /// As `init()`; SharedCounters want to know what the lock is for.
  package init(_ kind: SharedWrite) {
    #if Counters
      self.kind = kind
    #endif
  }

  /// Takes the lock if it is free.
  @inline(__always)
  package borrowing func tryLock() -> Bool {
    // Acquire: partner is the release in `unlock`.
    let isTaken = word.compareExchange(expected: 0, desired: 1, ordering: .acquiring).exchanged
    if isTaken { count() }
    return isTaken
  }

  @inline(__always)
  private borrowing func count() {
    #if Counters
      SharedCounters.count(kind)
    #endif
  }

  @inline(__always)
  package borrowing func lock() {
    if !tryLock() { lockSlowly() }
  }

  /// Takes and gives back the lock in a process of one thread, without atomic operations. The fences keep
  /// the compiler from moving what the lock guards out of it, which a signal handler would notice.
  @inline(__always)
  package borrowing func lockAlone() {
    word.store(1, ordering: .relaxed)
    atomicMemoryFence(ordering: .acquiringAndReleasing)
  }

  @inline(__always)
  package borrowing func unlockAlone() {
    atomicMemoryFence(ordering: .acquiringAndReleasing)
    word.store(0, ordering: .relaxed)
  }

  @inline(never)
  private borrowing func lockSlowly() {
    SharedCounters.count(.lockedAlready)
    for _ in 0..<Lock.spinLimit {
      if word.load(ordering: .relaxed) == 0, tryLock() { return }
      swiftmalloc_spin_hint()
    }
    while word.exchange(2, ordering: .acquiring) != 0 {
      SharedCounters.count(.sleepOnLock)
      Futex.wait(word, while: 2)
    }
    count()
  }

  /// Milliseconds after which a holder is not expected to go on. In a signal handler that interrupted a change of ours
  /// the calling thread may be the holder itself: then another one has some time still.
  package static var patience: Int {
    ThreadFlags.current & (ThreadFlags.busy | ThreadFlags.isTracing) == 0 ? 1000 : 50
  }

  /// Takes the lock; false when its holder kept it for all of so many milliseconds.
  @inline(never)
  package borrowing func lock(milliseconds: Int) -> Bool {
    if tryLock() { return true }
    let end = swiftmalloc_monotonic_ns() + UInt64(milliseconds) * 1_000_000
    while word.exchange(2, ordering: .acquiring) != 0 {
      if swiftmalloc_monotonic_ns() >= end { return false }
      Futex.wait(word, while: 2, milliseconds: 1)
    }
    count()
    return true
  }

  @inline(__always)
  package borrowing func unlock() {
    // Release: partner is the acquire in `tryLock` and `lockSlowly`.
    if word.exchange(0, ordering: .releasing) == 2 { wakeOne() }
  }

  /// Makes the lock free whatever it was: only in the child of a fork, where no other thread is.
  package borrowing func reset() { word.store(0, ordering: .relaxed) }

  @inline(never)
  private borrowing func wakeOne() {
    SharedCounters.count(.wakeOfSleeper)
    Futex.wake(word, count: 1)
  }
}
