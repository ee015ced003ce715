// Where the kernel lets a process be read by its parents alone (Yama, kernel.yama.ptrace_scope 1), a process may name one other
// that is to have the same right: prctl(2), PR_SET_PTRACER. Another process may ask this one to name it (swiftmallocctl
// types), as it asks for a trim (LiveTrim), by a number in the published file that is raised.
//
// Who asks can write the file, and so is of the same user, or root: without Yama the kernel lets it read the process anyway.
// All other rules of the kernel stay: a process that is not dumpable, or has other capabilities, is read by nobody more than
// before. The permission ends when it is taken back, or when the other process ends.

import CShims
import Platform
import Synchronization

enum LiveLook {
  // The number that is being answered, or was last.
  private static let taken = Atomic<UInt64>(0)
  private static var setTracer: Int { 0x5961_6d61 }

  private static var row: UnsafeMutablePointer<swiftmalloc_live_look> {
    swiftmalloc_live_look_now().unsafelyUnwrapped
  }

  /// Tells others where to ask.
  static func begin() {
    swiftmalloc_live_profile_now().unsafelyUnwrapped.pointee.look_offset = UInt64(
      SWIFTMALLOC_LIVE_LOOK_OFFSET)
  }

  /// The child was not asked.
  static func finishForkInChild() { row.pointee.done = row.pointee.wanted }

  /// Whether somebody waits for an answer.
  @inline(__always)
  static var isWanted: Bool { swiftmalloc_live_look_is_wanted() != 0 }

  /// Answers. By a thread that is in no path of a heap and holds no lock.
  static func answer() {
    let wanted = row.pointee.wanted
    let before = taken.load(ordering: .relaxed)
    if before == wanted { return }
    // Of several threads one.
    if !taken.compareExchange(expected: before, desired: wanted, ordering: .relaxed).exchanged {
      return
    }
    // A number without a sign: -1 would let everybody in.
    let looker = Int(row.pointee.looker)
    let result = swiftmalloc_system_call(SWIFTMALLOC_CALL_PRCTL, setTracer, looker, 0, 0, 0, 0)
    row.pointee.error = Int32(truncatingIfNeeded: -result)
    swiftmalloc_live_answer_look(wanted)
  }
}
