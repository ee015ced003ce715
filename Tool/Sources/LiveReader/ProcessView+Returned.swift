// What a process gave back to the system, by the reason.

import CLive

extension ProcessView {
  /// Bytes so far for each reason, under the names of the library's statistics; "holes" are among the others. None of a library
  /// that does not count them.
  package var returned: [(reason: String, byteCount: Int)] {
    let first = Int(SWIFTMALLOC_LIVE_PURGED_AGE.rawValue)
    let names = ["age", "budget", "trim", "idle", "sleepers", "burst", "holes"]
    if snapshot.quantities.count < first + names.count { return [] }
    return names.enumerated().map { ($1, snapshot.quantities[first + $0].now) }
  }
}
