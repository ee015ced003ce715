// The second thread-local word: what the slow paths of this thread must know, and above those bits
// the thread's number in a debugging mode.

import CShims

package enum ThreadFlags {
  /// The thread is inside a slow path: whoever asks now is a signal handler.
  package static let busy: UInt = 1
  /// The thread's cache was given back because the thread ends: it gets no new one.
  package static let ended: UInt = 2
  /// The thread forks inside a signal handler that interrupted a slow path.
  package static let forksInHandler: UInt = 4
  /// The thread follows its stack or writes a report, by libraries that may allocate: their blocks
  /// get no trace.
  package static let isTracing = UInt(SWIFTMALLOC_THREAD_IS_TRACING)

  /// The thread's calls are counted in the row of all threads, since there was none for it.
  package static let hasNoRow: UInt = 16

  /// What the thread allocates is no leak, nor is what hangs on it: the program says so.
  package static let ignoresLeaks = UInt(SWIFTMALLOC_THREAD_IGNORES_LEAKS)
  /// The thread has handed a call on to another allocator, which is in force (in_force.c): what that asks of us is for
  /// itself.
  package static let handsOn = UInt(SWIFTMALLOC_THREAD_HANDS_ON)

  /// The thread forks inside a signal handler that interrupted a sample.
  package static let forksInSample: UInt = 128

  /// Where the number's bits begin.
  package static let numberShift: UInt = 8

  @inline(__always)
  package static var current: UInt { swiftmalloc_thread_flags() }

  @inline(__always)
  package static func insert(_ flag: UInt) { swiftmalloc_set_thread_flags(current | flag) }
  @inline(__always)
  package static func remove(_ flag: UInt) { swiftmalloc_set_thread_flags(current & ~flag) }

  /// Whether a signal handler forked that may have interrupted a holder of the heap's locks, itself; the
  /// flag is taken away. Parent and child both go on with the interrupted slow path later, which then
  /// releases them.
  package static func takeForksInHandler() -> Bool {
    let isSet = current & forksInHandler != 0
    remove(forksInHandler)
    return isSet
  }
}
