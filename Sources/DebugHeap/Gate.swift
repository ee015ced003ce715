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
  var interrupted = Interrupted()
  var reports = ReportCount()
  /// Whether it was said that further blocks are not guarded.
  var saidUnguarded = false
  /// Whether what allocated a block is compared with what frees it.
  var checksKinds = true
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
    if !isWritable { _ = pages.setWritable(false, start, byteCount: byteCount) }
  }

  /// From now on any function may free any block: the program, or a library in it, has an operator new or
  /// delete of its own, and the forms of one call those of the other.
  package func stopCheckingKinds() { storage.pointee.gate.pointee.checksKinds = false }

  /// The thread that calls, with its trace.
  @inline(__always)
  package func caller(_ kind: BlockKind) -> Origin {
    Origin(kind: kind, thread: ThreadTable.numberOfThisThread, trace: Unwinder.capture())
  }

  /// In a heap for one thread: reports a call by another one.
  @inline(__always)
  func checkThread(_ trace: UInt32) {
    if !Policy.isShared { checkOwner(trace) }
  }

  @inline(never)
  private func checkOwner(_ trace: UInt32) {
    let thread = ThreadTable.numberOfThisThread
    if storage.pointee.ownerThread == 0 {
      storage.pointee.ownerThread = thread
      storage.pointee.ownerTrace = trace
      return
    }
    if storage.pointee.ownerThread == thread { return }
    var finding = Finding(.threadMisuse, UInt(bitPattern: storage), nil)
    finding.trace = trace
    finding.thread = thread
    report(finding)
  }
}
