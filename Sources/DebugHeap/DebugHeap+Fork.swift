// fork: all locks are taken, in lock order, so that the child finds everything whole.

import Memory
import Platform
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
    if !storage.pointee.gate.pointee.reportLock.tryLock() {
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
    forEachLock { $0.unlock() }
    leave()
  }

  /// In the child only this thread is left, under a new id.
  package func finishForkInChild() {
    if ThreadFlags.takeForksInHandler() { return }
    forEachLock { $0.reset() }
    leave()
    ThreadTable.forget()
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
