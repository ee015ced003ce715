// Sleeping until a word in memory changes: futex(2), for threads of one process, or with `isShared` for all that map the word.

import CShims
import Synchronization

package enum Futex {
  private static let wait = 0
  private static let wake = 1
  private static let isPrivate = 128

  /// Sleeps while the word is `value`. It may return early: the caller looks again.
  package static func wait(
    _ word: borrowing Atomic<UInt32>, while value: UInt32, isShared: Bool = false
  ) {
    call(word, wait, Int(value), isShared: isShared)
  }

  /// As `wait`, for so many milliseconds at most.
  package static func wait(
    _ word: borrowing Atomic<UInt32>, while value: UInt32, milliseconds: Int,
    isShared: Bool = false
  ) {
    var time = (milliseconds / 1000, milliseconds % 1000 * 1_000_000)
    withUnsafePointer(to: &time) {
      call(word, wait, Int(value), Int(bitPattern: $0), isShared: isShared)
    }
  }

  /// Wakes so many threads that sleep on the word.
  package static func wake(
    _ word: borrowing Atomic<UInt32>, count: Int = .max, isShared: Bool = false
  ) {
    call(word, wake, min(count, Int(Int32.max)), isShared: isShared)
  }

  /// The calling thread sleeps for so many milliseconds, and not less if a signal comes.
  package static func sleep(milliseconds: Int) {
    let word = Atomic<UInt32>(0)
    let end = swiftmalloc_monotonic_ns() + UInt64(milliseconds) * 1_000_000
    while swiftmalloc_monotonic_ns() < end { wait(word, while: 0, milliseconds: milliseconds) }
  }

  private static func call(
    _ word: borrowing Atomic<UInt32>, _ operation: Int, _ value: Int, _ time: Int = 0,
    isShared: Bool = false
  ) {
    // The atomic's address is stable: such words live in static or mapped memory, or are `sleep`'s, and never move.
    let address = withUnsafePointer(to: word) { Int(bitPattern: $0) }
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_FUTEX)
    _ = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_FUTEX, address, isShared ? operation : operation | isPrivate, value, time, 0,
      0)
  }
}
