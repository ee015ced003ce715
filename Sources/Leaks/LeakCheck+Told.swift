// Checks that the program asks for by LeakSanitizer's functions: one that may end the process, in place of the one at exit, and
// one that only answers.

import CShims
import DebugHeap
import Platform
import Synchronization

extension LeakCheck {
  /// `__lsan_do_leak_check`: reports what is lost, once in a process, and then there is no check at its end. The status to
  /// end with at once; 0: the program goes on.
  package static func finally(_ heap: DebugHeap<Policy>, stackEnd: UInt) -> Int32 {
    if LeakState.wasFinal.exchange(true, ordering: .relaxed) { return 0 }
    return lostCount(heap, stackEnd: stackEnd) > 0 ? Int32(LeakState.settings.exitCode) : 0
  }

  /// `__lsan_do_recoverable_leak_check`: reports what is lost; the number of these blocks, new or not.
  package static func lostCount(_ heap: DebugHeap<Policy>, stackEnd: UInt) -> Int {
    let before = LeakState.finishedChecks
    _ = onDemand(heap, stackEnd: stackEnd)
    guard LeakState.finishedChecks != before, let groups = LeakState.last else { return 0 }
    return groups.lostBlocks(.definite) + groups.lostBlocks(.indirect)
  }
}

extension LeakGroups {
  /// Blocks of a kind, without those that are suppressed.
  fileprivate func lostBlocks(_ kind: LeakKind) -> Int {
    totals.pointee.kinds[kind.rawValue].blocks - suppressedCount(kind).blocks
  }
}
