// Other processes may ask this one for its heap profile, and to begin or end one (swiftmallocctl profile): as for a trim
// (LiveTrim), by a number in the published file that is raised. The profile is written to a file beside that one.

import CShims
import Platform
import Synchronization

package enum LiveProfile {
  /// What is asked for: enum swiftmalloc_live_profile_action.
  package enum Action: UInt32 {
    case start = 1
    case stop = 2
    case writeNow = 3
    case writePeak = 4
  }

  // Set when the process is loaded. Takes the action and the interval; the error, or 0.
  nonisolated(unsafe) private static var serve: (@convention(c) (UInt32, UInt64) -> Int32)?
  private static let taken = Atomic<UInt64>(0)

  private static var row: UnsafeMutablePointer<swiftmalloc_live_profile> {
    swiftmalloc_live_profile_now().unsafelyUnwrapped
  }

  /// From now on `serve` answers whoever asks.
  package static func allow(_ serve: @escaping @convention(c) (UInt32, UInt64) -> Int32) {
    self.serve = serve
    row.pointee.is_served = 1
  }

  /// Whether somebody waits for an answer.
  @inline(__always)
  static var isWanted: Bool { swiftmalloc_live_profile_is_wanted() != 0 }

  /// Answers. By a thread that is in no path of a heap and holds no lock.
  static func answer() {
    guard let serve else { return }
    let wanted = row.pointee.wanted
    let before = taken.load(ordering: .relaxed)
    if before == wanted { return }
    // Of several threads one.
    if !taken.compareExchange(expected: before, desired: wanted, ordering: .relaxed).exchanged {
      return
    }
    row.pointee.error = serve(row.pointee.action, row.pointee.interval)
    swiftmalloc_live_answer_profile(wanted)
  }

  /// Tells others whether blocks are sampled, and how often; 0: not.
  package static func noteInterval(_ interval: Int) {
    if LiveCounts.isOn { row.pointee.active_interval = UInt64(interval) }
  }

  /// Calls `body` with the path of the file that the profile is written to.
  package static func withPath(_ body: (UnsafePointer<CChar>) -> Void) {
    var path = InlineArray<64, CChar>(repeating: 0)
    withUnsafeMutableBytes(of: &path) {
      let start = $0.baseAddress!.assumingMemoryBound(to: CChar.self)
      swiftmalloc_live_profile_path(start)
      body(start)
    }
  }
}
