// Other processes may ask this one to give back what it can (swiftmallocctl trim): a number in the header of the published
// file that is raised, and another that follows when it is done. The helper thread is woken for it; without one the thread
// answers that comes through a slow path next.

import CShims
import Platform
import Synchronization

package enum LiveTrim {
  // Set before there is a heap: gives back what can be had; the bytes.
  nonisolated(unsafe) private static var trim: (@convention(c) () -> Int)?
  // The number that is being answered, or was last.
  private static let taken = Atomic<UInt64>(0)

  private typealias Header = UnsafeMutablePointer<swiftmalloc_live_header>
  private static var header: Header { swiftmalloc_live_header_now().unsafelyUnwrapped }

  /// From now on `trim` answers whoever asks. The futex that others wake then.
  package static func allow(_ trim: @escaping @convention(c) () -> Int) -> UnsafeMutableRawPointer {
    self.trim = trim
    header.pointee.trim_state = SWIFTMALLOC_LIVE_TRIM_AT_NEXT_CALL.rawValue
    return UnsafeMutableRawPointer(swiftmalloc_live_trim_alarm())
  }

  /// Whether a thread waits for the alarm.
  package static func noteHelper(_ runs: Bool) {
    header.pointee.trim_state =
      (runs ? SWIFTMALLOC_LIVE_TRIM_AT_ONCE : SWIFTMALLOC_LIVE_TRIM_AT_NEXT_CALL).rawValue
  }

  /// Whether somebody waits for an answer.
  @inline(__always)
  static var isWanted: Bool { swiftmalloc_live_trim_is_wanted() != 0 }

  /// Answers. By a thread that is in no path of a heap and holds no lock.
  static func answer() {
    guard let trim else { return }
    let wanted = header.pointee.trim_wanted
    let before = taken.load(ordering: .relaxed)
    if before == wanted { return }
    // Of several threads one.
    if !taken.compareExchange(expected: before, desired: wanted, ordering: .relaxed).exchanged {
      return
    }
    header.pointee.trim_bytes = UInt64(trim())
    swiftmalloc_live_answer_trim(wanted)
  }
}
