// Reports of errors in guarded blocks: the debug heap's, each distinct one once.

import CShims
import DebugHeap
import Platform
import Synchronization
import Traces

package enum GuardReports {
  private static let lock = Lock()
  /// The thread that reports, by its pointer; 0: none does.
  private static let reporter = Atomic<UInt>(0)
  // Milliseconds.
  private static let patience = 10_000
  // Written once, before there is a guarded block.
  nonisolated(unsafe) private static var count: UnsafeMutablePointer<ReportCount>?

  static func start() -> Bool {
    let byteCount = System.roundUpToPage(MemoryLayout<ReportCount>.stride)
    guard let memory = SystemMemory.allocateSparse(byteCount: byteCount) else { return false }
    count = UnsafeMutablePointer(bitPattern: memory)
    count?.initialize(to: ReportCount())
    return true
  }

  /// Reports an error, unless it is one of those that were reported. Then the process ends, if
  /// `endsProcess` and errors do so: a fault ends it by itself.
  ///
  /// - Parameter keepsTraces: false where this thread may hold the lock of stacks, in what a signal interrupted.
  static func report(_ finding: Finding, endsProcess: Bool, keepsTraces: Bool = true) {
    // A handler that comes now would find what names functions half done: it comes later.
    let blocked = swiftmalloc_block_handlers()
    report(finding, keepsTraces)
    swiftmalloc_unblock_handlers(blocked)
    if endsProcess, GuardedBlocks.stopsAtError { swiftmalloc_abort() }
  }

  private static func report(_ finding: Finding, _ keepsTraces: Bool) {
    guard let count else { return }
    let own = swiftmalloc_thread_pointer()
    // Where signals cannot be blocked, one has interrupted a report. Or who reports waits for what this thread holds.
    if reporter.load(ordering: .relaxed) == own || !lock.lock(milliseconds: patience) {
      if count.pointee.count(finding) { ReportPage(finding).printHeadlineAlone() }
      return
    }
    reporter.store(own, ordering: .relaxed)
    if count.pointee.count(finding) {
      if keepsTraces { keepTraces(finding) }
      ReportPage(finding).print()
    }
    reporter.store(0, ordering: .relaxed)
    lock.unlock()
  }

  // Errors are the same when the numbers of their stacks are: no other stack may have these any more.
  private static func keepTraces(_ finding: Finding) {
    let isInside = ThreadFlags.current & ThreadFlags.isTracing != 0
    ThreadFlags.insert(ThreadFlags.isTracing)
    StackDepot.retain(finding.trace)
    StackDepot.retain(finding.block?.allocation ?? 0)
    StackDepot.retain(finding.block?.release ?? 0)
    if !isInside { ThreadFlags.remove(ThreadFlags.isTracing) }
  }

  /// At the process' end: how many errors there were, if it went on after the first.
  package static func printSummary() {
    guard let count else { return }
    ReportCount.printSummary(errors: count.pointee.errors, distinct: count.pointee.distinct)
  }

  /// Who reported is not in the child.
  static func finishForkInChild() {
    reporter.store(0, ordering: .relaxed)
    lock.reset()
  }
}
