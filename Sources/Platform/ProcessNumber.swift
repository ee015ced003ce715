// The number of the process, for what is said to people; a sandbox may refuse getpid(2) after a while.

import CShims

package enum ProcessNumber {
  // 0: nobody remembered it.
  nonisolated(unsafe) private static var remembered = 0

  private static var told: Int {
    swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
  }

  /// Keeps the number for later: at the start, and in the child of a fork.
  package static func remember() { remembered = max(told, 0) }

  /// The number; where the system does not tell it, the one that was kept, or 0.
  package static var current: Int {
    let told = told
    return told > 0 ? told : remembered
  }
}
