// One process as people and programs are shown it: the snapshot, what the system knows, and the ledger. JSON, CSV,
// the Prometheus text, the tables of `stats` and `top` are all made of this, so that they say the same numbers.

import CLive

/// What is known of a process.
package struct ProcessView: Sendable {
  package enum State: String, Sendable {
    case running, ended
    /// Gone on as another program, which publishes nothing.
    case replaced
    /// Gone without having said so.
    case killed
  }

  package let snapshot: Snapshot
  package let state: State
  /// Seconds; nil when nobody knows when the process ended.
  package let uptime: Double?
  package let userTime: Double?
  package let systemTime: Double?
  /// Bytes of the whole process.
  package let processResidentBytes: Int?
  package let hugePageBytes: Int?
  /// Bytes of the heap.
  package let residentBytes: Int?
  package var ledger: Ledger
  /// Names of running threads as they are now, by thread id.
  package let threadNames: [Int32: String]
  /// Nanoseconds of CLOCK_BOOTTIME when this was put together.
  package let takenBoot: UInt64

  /// Resident bytes of the heap that the program did not ask for.
  package var overheadBytes: Int? {
    residentBytes.map { $0 -| ledger[.requested] -| ledger[.untouched] }
  }

  package var allocations: Int { snapshot.sums.map(\.allocations).boundedSum }
  package var frees: Int { snapshot.sums.map(\.frees).boundedSum }
  package var liveBlocks: Int { snapshot.sums.map(\.liveBlocks).boundedSum }
  /// None in a process that is gone.
  package var threadsRunning: Int { state == .running ? snapshot.threadsRunning : 0 }

  /// Puts together what is known now.
  /// - Parameters:
  ///   - facts: where the system's knowledge comes from.
  ///   - measured: resident and huge page bytes that were measured a moment ago; nil: measure now.
  package init(_ snapshot: Snapshot, facts: ProcessFacts, measured: Measured? = nil) {
    self.snapshot = snapshot
    takenBoot = Clock.boot()
    let status = facts.running(snapshot)
    let isRunning = status != nil && !snapshot.hasEnded
    state =
      isRunning
      ? .running
      : snapshot.hasEnded ? .ended : facts.isReplaced(snapshot) ? .replaced : .killed
    let end = isRunning ? takenBoot : snapshot.hasEnded ? snapshot.endedBoot : 0
    uptime = end > snapshot.startedBoot ? Double(end - snapshot.startedBoot) / 1e9 : nil
    let atEnd = snapshot.hasEnded
    userTime = isRunning ? status?.userTime : atEnd ? Double(snapshot.userTime) / 1e9 : nil
    systemTime = isRunning ? status?.systemTime : atEnd ? Double(snapshot.systemTime) / 1e9 : nil
    let id = snapshot.processID
    processResidentBytes = isRunning ? facts.residentBytes(id) : nil
    let measured = isRunning ? measured ?? Measured(snapshot, facts: facts) : nil
    residentBytes = measured?.residentBytes(whenProcessHas: processResidentBytes)
    hugePageBytes = measured?.hugePageBytes
    ledger = Ledger(snapshot, absent: measured?.absent, resident: residentBytes)
    var names: [Int32: String] = [:]
    if isRunning {
      for thread in snapshot.threads where thread.row > 0 {
        names[thread.id] = facts.threadName(id, thread.id)
      }
    }
    threadNames = names
  }

  /// What takes longer the more memory a process has.
  package struct Measured: Sendable {
    package let hugePageBytes: Int?
    let absent: AbsentBytes?
    private let residentBytes: Int?
    /// Of the whole process at that moment.
    private let processResidentBytes: Int?

    /// Resident bytes of the heap: what was measured, and what the whole process has gained or lost since.
    package func residentBytes(whenProcessHas now: Int?) -> Int? {
      guard let residentBytes, let processResidentBytes, let now else { return residentBytes }
      // Without PAGEMAP_SCAN more may seem to be present.
      return min((residentBytes +| (now -| processResidentBytes)).atLeastZero, now)
    }

    package init(_ snapshot: Snapshot, facts: ProcessFacts) {
      processResidentBytes = facts.residentBytes(snapshot.processID)
      absent = AbsentBytes(of: snapshot, root: facts.root)
      residentBytes = absent.map { $0.resident }
      hugePageBytes = facts.hugePageBytes(snapshot.processID)
    }
  }

  /// What a thread is called.
  package func name(of thread: Snapshot.ThreadRow) -> String {
    if thread.row == 0 { return "ended threads" }
    return threadNames[thread.id] ?? thread.name
  }

  /// A size class with calls, and its bytes.
  package struct ClassRow: Sendable {
    package let index: Int
    /// Nil for medium and large blocks.
    package let blockSize: Int?
    package let label: String
    package let spanCount: Int
    package let sum: Snapshot.ClassSum
    package let givenBytes: Int
    package let requestedBytes: Int
    package var wasteBytes: Int { (givenBytes -| requestedBytes).atLeastZero }
  }

  /// Size classes with allocations or live blocks.
  package var classRows: [ClassRow] {
    snapshot.sums.enumerated().compactMap { index, sum in
      guard sum.isUsed else { return nil }
      let totals = snapshot.classes[index]
      return ClassRow(
        index: index, blockSize: totals.blockSize > 0 ? totals.blockSize : nil,
        label: snapshot.label(ofClass: index), spanCount: totals.spanCount, sum: sum,
        givenBytes: snapshot.givenBytes(ofClass: index), requestedBytes: sum.liveBytes.atLeastZero)
    }
  }

  /// System calls of the library by name, in the order of the header.
  package var systemCalls: [(name: String, count: Int)] {
    [
      ("mmap", snapshot[SWIFTMALLOC_LIVE_MMAP]), ("munmap", snapshot[SWIFTMALLOC_LIVE_MUNMAP]),
      ("mprotect", snapshot[SWIFTMALLOC_LIVE_MPROTECT]),
      ("mremap", snapshot[SWIFTMALLOC_LIVE_MREMAP]),
      ("madvise", snapshot[SWIFTMALLOC_LIVE_MADVISE]), ("futex", snapshot[SWIFTMALLOC_LIVE_FUTEX]),
    ]
  }

  /// Large blocks that have a row, the largest first.
  package var largeRows: [Snapshot.LargeRow] {
    snapshot.large.sorted { ($0.givenBytes, $1.address) > ($1.givenBytes, $0.address) }
  }

  /// Heaps of the program's own that have a row, the largest first.
  package var heapRows: [Snapshot.HeapRow] {
    snapshot.heaps.sorted { ($0.usedBytes, $1.handle) > ($1.usedBytes, $0.handle) }
  }

  /// Seconds since a time of CLOCK_BOOTTIME, up to now or to the process' end.
  package func age(since boot: UInt64) -> Double {
    let end = snapshot.endedBoot > 0 ? snapshot.endedBoot : takenBoot
    return end > boot ? Double(end - boot) / 1e9 : 0
  }

  /// Epoch milliseconds of a time of CLOCK_BOOTTIME.
  package func epochMilliseconds(of boot: UInt64) -> Int {
    let offset = Int64(bitPattern: boot &- snapshot.startedBoot) / 1_000_000
    return Int(amount: snapshot.startedRealtime / 1_000_000) +| Int(offset).bounded
  }
}
