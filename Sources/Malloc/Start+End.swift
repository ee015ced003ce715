// The process' end: what is looked at, what is said of it, and the status.
//
//   exit      destructors of libraries: the heap's bytes, statistics ─ then: leaks, status
//   _exit     leaks, status, statistics
//   signal    SIGINT, SIGTERM by EXIT_SIGNALS: all of it; then the signal

import CShims
import DebugHeap
import Heap
import Live
import Platform

extension Process {
  // Written at the first call, and in the child of a fork.
  nonisolated(unsafe) private static var errorExitCode = 0
  nonisolated(unsafe) private static var processNumber = 0
  nonisolated(unsafe) private static var errorsBefore = 0
  nonisolated(unsafe) static var watchesEndSignals = false

  private static var currentProcess: Int {
    swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
  }

  static func prepareEnd(_ options: Options) {
    errorExitCode = options.errorExitCode
    processNumber = currentProcess
  }

  /// When the C library can serve everything.
  static func watchForTheEnd() {
    swiftmalloc_check_at_exit({ Process.checkAtEnd($0, $1) })
    swiftmalloc_symbols_are_wanted_at_exit()
  }

  /// A child of fork answers for its own errors.
  static func noteChild(_ heap: ProcessDebugHeap) {
    processNumber = currentProcess
    errorsBefore = heap.errorCount
  }

  /// When the C library can serve everything: what is said at the end must reach somebody.
  static func keepsReports() {
    var saysSomething = printsStatistics
    if case .debug = active { saysSomething = true }
    if saysSomething {
      ThreadFlags.insert(ThreadFlags.isTracing)
      swiftmalloc_keep_standard_error()
      ThreadFlags.remove(ThreadFlags.isTracing)
    }
    if watchesEndSignals, saysSomething {
      swiftmalloc_watch_end_signals({ Process.isInterrupted ? 1 : 0 }, { Process.endsBySignal() })
    }
  }

  /// Destructors run.
  static func exitingFromDebugging() {
    guard case .debug(let heap) = active else { return }
    heap.beginExit()
    heap.checkAll("exit")
    heap.printSummary()
  }

  // The status to end with. A child of vfork has our memory, but is another process.
  private static func checkAtEnd(_ status: Int32, _ stackEnd: UInt) -> Int32 {
    let wanted = checkLeaksAtExit(status, stackEnd)
    guard errorExitCode != 0, case .debug(let heap) = active, heap.errorCount > errorsBefore,
      processNumber == currentProcess
    else { return wanted }
    return Int32(errorExitCode)
  }

  /// Whether a signal came inside of a call of the heap's, or of a walk up the stack.
  static var isInterrupted: Bool {
    ThreadFlags.current & (ThreadFlags.busy | ThreadFlags.isTracing) != 0
      || ReadyThread.isInFastPath
  }

  private static func endsBySignal() {
    if case .debug(let heap) = active {
      heap.beginEndBySignal()
      heap.checkAll("exit")
      heap.printSummary()
      _ = swiftmalloc_check_in_handler()
    }
    printStatisticsAtExit()
    if LiveCounts.isOn { LiveProcess.end() }
  }
}
