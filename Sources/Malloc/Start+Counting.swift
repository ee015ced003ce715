// The counters of the process: made before the heap when STATS or LIVE asks for them, printed and closed at the end.

import CShims
import DebugHeap
import Heap
import Live
import Memory
import Platform
import Statistics
import Synchronization

extension HeapLedger {
  /// A debug heap's numbers: canaries, rounding and free slots are one line.
  init(_ statistics: DebugStatistics) {
    self.init()
    isCounted = true
    self[.requested] = statistics.requestedBytes
    // Blocks that were not written to may be longer than all pages that are there.
    let others = statistics.residentBytes - statistics.absentBytes - statistics.requestedBytes
    self[.rounding] = max(others, 0)
    self[.untouched] = min(others, 0) - statistics.untouchedBytes
    self[.metadata] = statistics.heldOverheadBytes
  }
}

extension Process {
  // Written at the first call.
  nonisolated(unsafe) private static var statistics = Options.Statistics.none
  nonisolated(unsafe) private static var debugMode: StaticString = "debug"

  static func startCounting(_ options: Options) {
    if options.statistics == .none && !options.publishes { return }
    statistics = options.statistics
    debugMode = options.mode == .production ? "leaks" : "debug"
    var settings = LiveSettings()
    settings.classSteps = classes.steps
    settings.purgeDelay = options.purgeDelay
    settings.notesSizes = options.notesSizes
    settings.mode =
      switch options.mode {
      case .production:
        options.leaks == .none ? SWIFTMALLOC_LIVE_PRODUCTION : SWIFTMALLOC_LIVE_LEAKS
      case .debug: SWIFTMALLOC_LIVE_DEBUG
      case .guardBehind: SWIFTMALLOC_LIVE_GUARD
      case .guardBefore: SWIFTMALLOC_LIVE_GUARD_BEFORE
      }
    LiveProcess.start(publishes: options.publishes, settings)
    if !LiveCounts.isOn { return }
    swiftmalloc_at_quick_end({ Process.endsQuickly() })
    for index in 0..<classes.count {
      LiveGauges.setBlockSize(index, classes.blockSize(index))
    }
  }

  static var printsStatistics: Bool { statistics != .none }

  /// A signal handler may end the process that interrupted a change of the heap: whoever counts waits for its locks.
  static func printStatisticsAtExit() {
    if statistics == .none { return }
    if isInterrupted {
      Message.warn(
        "a signal handler ends the process inside of malloc; there are no statistics")
    } else {
      printStatistics(isJSON: statistics == .json, to: .logFile)
    }
  }

  // At _exit and quick_exit, which a handler may call that interrupted a change of the heap, and which most children
  // of fork end with that were to execute another program.
  static func endsQuickly() {
    writeProfileAtExit()
    if !LiveCounts.isOn { return }
    if LiveProcess.isFirst { printStatisticsAtExit() }
    LiveProcess.end()
  }

  /// Prints what is known of the heap in force, and of the process.
  static func printStatistics(isJSON: Bool, to destination: Message.Destination) {
    let facts = StatisticsFacts()
    switch active {
    case .production(let heap):
      let census = heap.census(measuresResidency: true)
      print(HeapLedger(census), facts, census, "production", isJSON, destination)
    case .debug(let heap):
      var ledger = HeapLedger(heap.statistics())
      ledger.takePeaks()
      print(ledger, facts, HeapCensus(), debugMode, isJSON, destination)
    case .none: break
    }
  }

  private static func print(
    _ ledger: HeapLedger, _ facts: StatisticsFacts, _ census: borrowing HeapCensus,
    _ mode: StaticString, _ isJSON: Bool, _ destination: Message.Destination
  ) {
    let report = StatisticsReport(ledger, facts, mode: mode, to: destination)
    if isJSON { report.writeJSON(census) } else { report.write(census) }
  }

  // When a debug heap may be looked at again, in nanoseconds, and how soon after a look, which
  // takes the longer the more blocks there are.
  private static let nextLook = Atomic<UInt64>(0)
  private static let leastPause: UInt64 = 10_000_000
  private static let pauseFactor: UInt64 = 32
  // As long as a look may take; not for ever, as the process may fork meanwhile.
  private static let longestLook: UInt64 = 1_000_000_000

  /// Every now and then where a debug heap's blocks lie, and, for a thirtieth of the time at most, what it holds, for
  /// those who read the file. By a thread that allocates the `count`th block of a class.
  static func publishDebugAmounts(_ heap: ProcessDebugHeap, at count: UInt64) {
    if count & 63 != 1 || !LiveProcess.isPublished { return }
    publishParts(of: heap)
    let now = swiftmalloc_boot_ns()
    let due = nextLook.load(ordering: .relaxed)
    if now < due
      || !nextLook.compareExchange(
        expected: due, desired: now + longestLook, ordering: .relaxed
      ).exchanged
    {
      return
    }
    let statistics = heap.statistics()
    let done = swiftmalloc_boot_ns()
    nextLook.store(done + max(leastPause, (done &- now) &* pauseFactor), ordering: .relaxed)
    // Nothing in a handler that interrupted the heap.
    if statistics.residentBytes == 0 { return }
    LiveGauges.set(
      SWIFTMALLOC_LIVE_RESIDENT,
      statistics.residentBytes - statistics.absentBytes - statistics.untouchedBytes)
    LiveGauges.set(SWIFTMALLOC_LIVE_OVERHEAD, statistics.heldOverheadBytes)
  }

  // Several threads may write the same.
  private static func publishParts(of heap: ProcessDebugHeap) {
    var count = 0
    heap.forEachPart { start, byteCount in
      LiveGauges.setArena(count, start: start, committedBytes: byteCount)
      count += 1
    }
    LiveGauges.setArenaCount(count)
  }

  /// Of the heap in force; nil when there is none.
  static var ledger: HeapLedger? {
    switch active {
    case .production(let heap): return HeapLedger(heap.census(measuresResidency: true))
    case .debug(let heap): return HeapLedger(heap.statistics())
    case .none: return nil
    }
  }
}
