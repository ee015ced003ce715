// The end of the process by a signal that nobody handles: a report of the signal, with the stack, and then a look at the
// heap, whose damage may be the reason. The thread may have crashed inside of a call of ours, and others may have done so,
// too: no lock is waited for that may never become free. What takes too long or crashes itself is given up (CShims/crash.c).

import CShims
import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// Whether misuse is looked for, and not only what is lost.
  package var looksForMisuse: Bool { isChecked }

  /// Reports the crash, unless its reason was reported already, and what damage the heap shows. Comes back.
  package func reportCrash(_ crash: swiftmalloc_crash) {
    beginEndBySignal()
    // A crash in what makes reports, whose locks it holds: the short line will do.
    if ThreadFlags.current & ThreadFlags.isTracing != 0 { return }
    let isInside = ThreadFlags.current & ThreadFlags.busy != 0
    let canLook = areLocksFree()
    if crash.is_explained == 0 { printCrash(crash, canLook: canLook && !isInside) }
    if !isChecked { return }
    if canLook, areLocksFree() {
      // The interrupted call holds none of them.
      ThreadFlags.remove(ThreadFlags.busy)
      checkAll("a look after the crash")
    } else {
      var message = Message()
      message.head("WARNING")
      message.text("the signal came inside of a call for memory; the heap is not looked at")
      message.endLine()
    }
    if !storage.pointee.settings.stopsAtError { printSummary() }
  }

  private func printCrash(_ crash: swiftmalloc_crash, canLook: Bool) {
    var finding = Finding(crash.kind, crash.has_address != 0 ? crash.address : crash.pc, nil)
    finding.crash = crash
    if crash.isStackOverflow { finding.kind = .stackOverflow }
    if canLook, crash.has_address != 0, enter() {
      finding.block = blockOfFault(crash.address)
      leave()
    }
    finding.thread = ThreadTable.numberOfThisThread
    finding.trace = Unwinder.capture(crash: crash)
    let gate = storage.pointee.gate
    // Another thread's report may be under way. If it does not end, this one has no symbols' names.
    if !waits(for: gate.pointee.reportLock, Self.reportPatience) { return }
    ReportPage(finding: finding, place: nil, owner: 0).print()
    gate.pointee.reportLock.unlock()
  }

  // MARK: Locks

  // Milliseconds.
  private static var reportPatience: Int { 5000 }
  static var patience: Int { 100 }
  // The call that was interrupted may hold it.
  private static var insidePatience: Int { 10 }

  /// Whether the lock can be had within so many milliseconds; it is held then.
  func waits(for lock: borrowing Lock, _ milliseconds: Int) -> Bool {
    for _ in 0..<max(milliseconds, 1) {
      if lock.tryLock() { return true }
      swiftmalloc_pause(1)
    }
    return false
  }

  /// Whether no lock of the heap is held for long.
  func areLocksFree() -> Bool {
    var areFree = true
    let isInside = ThreadFlags.current & ThreadFlags.busy != 0
    func look(_ lock: borrowing Lock) {
      if !areFree { return }
      areFree = waits(for: lock, isInside ? Self.insidePatience : Self.patience)
      if areFree { lock.unlock() }
    }
    look(storage.pointee.gate.pointee.lock)
    for index in 0..<Self.classLimit { look(storage.pointee.classes[index].lock) }
    look(storage.pointee.regions.lock)
    look(storage.pointee.largeLock)
    Unwinder.forEachLock(look)
    return areFree
  }
}
