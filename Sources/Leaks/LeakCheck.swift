// The leak check of the process: all locks of the heap are taken, all threads stand still, the
// process is forked, all goes on; the child looks, and this process reports what it found:
//
//   locks ─ stop ─ fork ─ resume ─ unlock ─ wait ─ report            the threads stand still for the fork alone
//                   └ child: LeakScan, into shared memory
//
// A child that dies leaves an answer that is not complete: then nothing is said of leaks. Where the system refuses the
// child, the process itself looks while its threads stand still.

import CShims
import DebugHeap
import Memory
import Platform
import Synchronization
import Traces

/// What is chosen when leaks are looked for.
package struct LeakSettings {
  /// Also lists what is possibly lost, and what is still reachable.
  package var listsAll = false
  package var isJSON = false
  /// The status to end with when something is lost; 0: the program's own.
  package var exitCode = 0
  /// Whether children of fork(2) report, too.
  package var checksChildren = false
  /// Whether a check that finds nothing says so.
  package var summary = LeakSummary.automatic

  package init() {}
}

package enum LeakCheck<Policy: DebugPolicy> {
  /// At the process' end: the status to end with. Reports once, and not in children, unless asked to.
  package static func atExit(_ heap: DebugHeap<Policy>, status: Int32, stackEnd: UInt) -> Int32 {
    if LeakState.reporter != LeakState.processNumber { return status }
    // The program had the last word.
    if LeakState.wasFinal.load(ordering: .relaxed) { return status }
    let own = swiftmalloc_thread_id()
    let ender = LeakState.ender.load(ordering: .relaxed)
    if ender == own { return status }
    // The thread that came first ends the process, with its status and after its report.
    if ender != 0 { LeakState.waitForTheEnd() }
    // A handler that interrupted a call of its own thread: the heap's locks, or those of traces, may be its own.
    if ThreadFlags.current & (ThreadFlags.busy | ThreadFlags.isTracing) != 0 {
      Message.warn("a signal handler ends the process inside of malloc; there is no leak check")
      return status
    }
    if !LeakState.ender.compareExchange(expected: 0, desired: own, ordering: .relaxed).exchanged {
      LeakState.waitForTheEnd()
    }
    let lost = run(heap, stackEnd: stackEnd, isAtExit: true)
    let code = LeakState.settings.exitCode
    return lost.blocks > 0 && code != 0 ? Int32(code) : status
  }

  /// When the program asks: how many blocks are lost that were not lost at the check before.
  package static func onDemand(_ heap: DebugHeap<Policy>, stackEnd: UInt) -> Int {
    // A handler that interrupted a call of its own thread: the heap's locks may be its own.
    if ThreadFlags.current & (ThreadFlags.busy | ThreadFlags.isTracing) != 0 {
      Message.warn("a leak check was asked for inside of malloc or a report; it is left out")
      return 0
    }
    return run(heap, stackEnd: stackEnd, isAtExit: false).blocks
  }

  /// Looks and reports; the blocks that are lost, at exit all, else those that were not lost before.
  private static func run(
    _ heap: DebugHeap<Policy>, stackEnd: UInt, isAtExit: Bool
  ) -> LeakCount {
    LeakState.lock.lock()
    defer { LeakState.lock.unlock() }
    if LeakHooks.turnOff() { return LeakCount() }
    guard let groups = look(heap, stackEnd, isAtExit: isAtExit), groups.totals.pointee.isComplete
    else {
      return LeakCount()
    }
    var report = LeakReport(
      groups: groups, before: LeakState.last, settings: LeakState.settings, isAtExit: isAtExit)
    if isAtExit, report.hasSomethingToSay { StoppedThreads.leaveLoader(heap) }
    let lost = report.finish { look(heap, stackEnd, isAtExit: isAtExit) }
    // In this order: another thread may fork between the two, and its child releases the last one.
    let before = LeakState.last
    LeakState.last = report.groups
    LeakState.finishedChecks += 1
    before?.release()
    return lost
  }

  /// What is lost now; nil, with a message, when that cannot be found out.
  private static func look(_ heap: DebugHeap<Policy>, _ stackEnd: UInt, isAtExit: Bool)
    -> LeakGroups?
  {
    let stopByteCount = Int(swiftmalloc_stop_bytes())
    guard let stop = SystemMemory.allocateSparse(byteCount: stopByteCount) else {
      Message.warn("there is no memory for a leak check")
      return nil
    }
    var others: UnsafeMutablePointer<swiftmalloc_stopped_thread>?
    let count = StoppedThreads.stop(heap, stop, &others)
    let counts = heap.liveCounts
    guard let groups = LeakGroups(blockCount: counts.slots + counts.large) else {
      swiftmalloc_resume_threads()
      heap.finishForkInParent()
      SystemMemory.release(stop, byteCount: stopByteCount)
      Message.warn("there is no memory for a leak check")
      return nil
    }
    let timers = KernelPointers.openTimers()
    let child = swiftmalloc_fork_quietly()
    if child == 0 { swiftmalloc_read_zeroes_at_faults() }
    // Without /proc there is nothing to look at, and the scan says so by an answer that is not complete.
    if child <= 0 {
      let scan = LeakScan(
        heap: heap, groups: groups, listsAll: LeakState.settings.listsAll, timers: timers,
        isCareful: child < 0)
      scan.run(
        stackEnd: stackEnd, others: others, count: count,
        stopMemory: AddressRange(start: stop, end: stop + UInt(stopByteCount)))
    }
    if child == 0 { swiftmalloc_end_process(0) }
    if let timers { FileDescriptor.close(timers) }
    // At the end the others stand still until it comes: a system call of theirs that was interrupted must not make
    // them run on. A report may wait for a lock that one of them holds: so it is not for ever.
    if isAtExit { StoppedThreads.note(stop, count: count) } else { swiftmalloc_resume_threads() }
    heap.finishForkInParent()
    if !isAtExit { SystemMemory.release(stop, byteCount: stopByteCount) }
    complain(groups, status: child > 0 ? wait(child, groups) : 0)
    return groups
  }

  /// Waits for the child; its status. Where the system does not let us, the answer tells that it has come.
  private static func wait(_ child: Int32, _ groups: LeakGroups) -> Int32 {
    let status = swiftmalloc_wait_quietly(child)
    var patience = 1000
    while status < 0, !groups.totals.pointee.isComplete, patience > 0 {
      swiftmalloc_pause(10)
      patience -= 1
    }
    return status
  }

  /// Says what a report cannot know.
  private static func complain(_ groups: LeakGroups, status: Int32) {
    if !groups.totals.pointee.isComplete {
      if status > 0, status & 127 != 0 {
        var message = Message()
        message.head("WARNING")
        message.text("the leak check was ended by signal ")
        message.decimal(Int(status & 127))
        message.text("; nothing is said of leaks")
        message.endLine()
      } else {
        Message.warn("a leak check needs memory and /proc/self/maps; nothing is said of leaks")
      }
    } else if groups.totals.pointee.missedThreads > 0 {
      var message = Message()
      message.head("WARNING")
      message.count(groups.totals.pointee.missedThreads, "thread")
      message.text(" did not stop for the leak check; what only their registers lead to ")
      message.text("is taken for lost")
      message.endLine()
    }
  }
}

/// What checks of the process share.
package enum LeakState {
  fileprivate static let lock = Lock()
  nonisolated(unsafe) package static var settings = LeakSettings()
  /// The process that reports at its end: a child of fork is another one.
  nonisolated(unsafe) fileprivate static var reporter = 0
  /// The thread that ends the process; 0 as long as none does.
  fileprivate static let ender = Atomic<Int32>(0)
  /// What the last check found.
  nonisolated(unsafe) static var last: LeakGroups?
  nonisolated(unsafe) static var finishedChecks = 0
  /// The program made the check that is the last one (`__lsan_do_leak_check`).
  static let wasFinal = Atomic<Bool>(false)
  /// What the check that runs has found so far, when it looks again.
  nonisolated(unsafe) static var current: LeakGroups?

  fileprivate static var processNumber: Int {
    swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
  }

  /// Calls `body` with the memory that findings take, examples of lost blocks among them: start and length in bytes.
  static func forEachMapping(_ body: (UInt, Int) -> Void) {
    if let last { body(last.addresses.start, last.addresses.byteCount) }
    if let current { body(current.addresses.start, current.addresses.byteCount) }
    Suppressions.forEachMapping(body)
  }

  fileprivate static func waitForTheEnd() -> Never {
    while true { swiftmalloc_pause(1000) }
  }

  /// From now on this process reports at its end.
  package static func start() { reporter = processNumber }

  /// In the child of a fork.
  package static func forked() {
    lock.reset()
    RootRegions.forked()
    wasFinal.store(false, ordering: .relaxed)
    ender.store(0, ordering: .relaxed)
    // What this process has not reported is new in it.
    last?.release()
    last = nil
    if settings.checksChildren { start() }
  }
}
