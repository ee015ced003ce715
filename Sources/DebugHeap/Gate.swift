// The way in and out of a debug heap, in a page that stays writable: the lock that lets one call in at
// a time when the records are read-only between calls; what a signal handler asked for that had
// interrupted a call of its own thread; and what was reported.

import Memory
import Platform
import Synchronization
import Traces

package struct Gate: ~Copyable {
  let lock = Lock()
  let reportLock = Lock()
  /// The id of the thread that keeps the report lock while an error ends the process, whose handler may fork; 0.
  let endingThread = Atomic<Int>(0)
  var interrupted = Interrupted()
  var reports = ReportCount()
  /// Whether an error ends the process, where the settings say so: not when a signal ends it already.
  var errorsEndProcess = true
  /// Whether exit(3) runs its last handlers.
  var isAtExit = false
  /// Whether it was said that further blocks are not guarded.
  var saidUnguarded = false
  /// Whether it was said that the limit is reached.
  var saidLimit = false
  /// Whether what allocated a block is compared with what frees it.
  var checksKinds = true
  /// The pages that the program was let into last: each is a mapping, so the oldest are sealed again. And how often it was.
  let opened = InlineArray<256, Atomic<UInt>> { _ in Atomic<UInt>(0) }
  let openedTimes = InlineArray<256, Atomic<Int>> { _ in Atomic<Int>(0) }
  let openedCount = Atomic<Int>(0)
  /// How often it was for one instruction.
  let stepCount = Atomic<Int>(0)
  /// Errors in one page that are found, and in all of them together; then it stays open.
  static var pageStepLimit: Int { 1000 }
  static var stepLimit: Int { 10_000 }
}

extension DebugHeap {
  /// False when the thread is inside already: then a signal handler asks.
  @inline(__always)
  func enter() -> Bool {
    if ThreadFlags.current & ThreadFlags.busy != 0 { return false }
    ThreadFlags.insert(ThreadFlags.busy)
    if storage.pointee.settings.protectsRecords {
      storage.pointee.gate.pointee.lock.lock()
      setWritable(true)
    }
    return true
  }

  @inline(__always)
  func leave() {
    if storage.pointee.settings.protectsRecords {
      setWritable(false)
      storage.pointee.gate.pointee.lock.unlock()
    }
    ThreadFlags.remove(ThreadFlags.busy)
  }

  /// Makes all records read-only, or writable again.
  @inline(never)
  func setWritable(_ isWritable: Bool) {
    let pages = storage.pointee.pages
    let start = UInt(bitPattern: storage)
    let end = UInt(bitPattern: storage.pointee.classes + Self.classLimit)
    let byteCount = System.roundUpToPage(Int(end - start))
    if isWritable { _ = pages.setWritable(true, start, byteCount: byteCount) }
    storage.pointee.regions.setWritable(isWritable)
    storage.pointee.large.setWritable(isWritable)
    storage.pointee.pools.setWritable(isWritable)
    if !isWritable { _ = pages.setWritable(false, start, byteCount: byteCount) }
  }

  /// From now on any function may free any block: the program, or a library in it, has an operator new or
  /// delete of its own, and the forms of one call those of the other.
  package func stopCheckingKinds() { storage.pointee.gate.pointee.checksKinds = false }

  /// The thread that calls, with its trace.
  @inline(__always)
  package func caller(_ kind: BlockKind) -> Origin {
    if ThreadFlags.current & (ThreadFlags.isTracing | ThreadFlags.ignoresLeaks) != 0 {
      return unusualCaller(kind)
    }
    return Origin(kind: kind, thread: ThreadTable.numberOfThisThread, trace: Unwinder.capture())
  }

  @inline(never)
  private func unusualCaller(_ kind: BlockKind) -> Origin {
    // What a report allocates is nobody's.
    if ThreadFlags.current & ThreadFlags.isTracing != 0 {
      return Origin(kind: kind, thread: 0, trace: 0)
    }
    return Origin(
      kind: kind, thread: ThreadTable.numberOfThisThread, trace: Unwinder.capture(),
      isIgnored: true)
  }

  /// False in a heap for one thread when another one calls, which is reported: the call must do nothing, as
  /// there are no locks. The heap was entered.
  @inline(__always)
  func checkThread(_ origin: Origin) -> Bool {
    Policy.isShared || checkOwner(origin)
  }

  @inline(never)
  private func checkOwner(_ origin: Origin) -> Bool {
    // Whoever calls first is the owner. Partners are the loads of other threads, here and in a report.
    let (isFirst, owner) = storage.pointee.owner.compareExchange(
      expected: 0, desired: UInt64(origin.thread) << 32 | UInt64(origin.trace),
      ordering: .acquiringAndReleasing)
    if isFirst || Int(owner >> 32) == origin.thread { return true }
    var finding = Finding(.threadMisuse, UInt(bitPattern: storage), nil)
    finding.trace = origin.trace
    finding.thread = origin.thread
    report(finding)
    return false
  }

  /// As `checkThread`, for calls that enter later.
  package func mayUse(_ origin: Origin) -> Bool {
    guard !Policy.isShared, enter() else { return true }
    defer { leave() }
    return checkOwner(origin)
  }
}
