// fork: all locks are taken, in lock order, so that the child finds everything whole.

import CShims
import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  package func prepareFork() {
    guard enter() else {
      ThreadFlags.insert(ThreadFlags.forksInHandler)
      return
    }
    forEachLock { $0.lock() }
  }

  /// As `prepareFork`; false, and no lock is held, while a report is written.
  package func tryPrepareFork() -> Bool {
    guard enter() else {
      ThreadFlags.insert(ThreadFlags.forksInHandler)
      return true
    }
    if !isEnding, !storage.pointee.gate.pointee.reportLock.tryLock() {
      leave()
      return false
    }
    forEachLockOfCalls { $0.lock() }
    return true
  }

  /// Waits until no report is written.
  package func waitForReport() {
    storage.pointee.gate.pointee.reportLock.lock()
    storage.pointee.gate.pointee.reportLock.unlock()
  }

  package func finishForkInParent() {
    if ThreadFlags.takeForksInHandler() { return }
    forEachLockOfCalls { $0.unlock() }
    if !isEnding { storage.pointee.gate.pointee.reportLock.unlock() }
    leave()
  }

  /// In the child only this thread is left, under a new id.
  package func finishForkInChild() {
    if ThreadFlags.takeForksInHandler() { return }
    forEachLock { $0.reset() }
    leave()
    Unwinder.forked()
    ThreadTable.forget()
  }

  // Whether the program's handler of SIGABRT forks, after a report that holds the lock already and keeps it.
  private var isEnding: Bool {
    let thread = storage.pointee.gate.pointee.endingThread.load(ordering: .relaxed)
    return thread != 0 && thread == Int(swiftmalloc_thread_id())
  }

  private func forEachLock(_ body: (borrowing Lock) -> Void) {
    body(storage.pointee.gate.pointee.reportLock)
    forEachLockOfCalls(body)
  }

  private func forEachLockOfCalls(_ body: (borrowing Lock) -> Void) {
    for index in 0..<Self.classLimit { body(storage.pointee.classes[index].lock) }
    body(storage.pointee.regions.lock)
    body(storage.pointee.largeLock)
    Unwinder.forEachLock(body)
  }
}
