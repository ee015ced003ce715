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
    storage.pointee.gate.pointee.reportLock.lock()
    for index in 0..<Self.classLimit { storage.pointee.classes[index].lock.lock() }
    storage.pointee.regions.lock.lock()
    storage.pointee.metadata.pointee.lock.lock()
    storage.pointee.largeLock.lock()
    StackDepot.lock.lock()
    ReturnAddresses.lock.lock()
    ThreadTable.lock.lock()
    LastStackPool.lock.lock()
  }

  package func finishForkInParent() {
    if forkedInHandler() { return }
    LastStackPool.lock.unlock()
    ThreadTable.lock.unlock()
    ReturnAddresses.lock.unlock()
    StackDepot.lock.unlock()
    storage.pointee.largeLock.unlock()
    storage.pointee.metadata.pointee.lock.unlock()
    storage.pointee.regions.lock.unlock()
    for index in 0..<Self.classLimit { storage.pointee.classes[index].lock.unlock() }
    storage.pointee.gate.pointee.reportLock.unlock()
    leave()
  }

  /// In the child only this thread is left, under a new id.
  package func finishForkInChild() {
    if forkedInHandler() { return }
    LastStackPool.lock.reset()
    ThreadTable.lock.reset()
    ReturnAddresses.lock.reset()
    StackDepot.lock.reset()
    storage.pointee.largeLock.reset()
    storage.pointee.metadata.pointee.lock.reset()
    storage.pointee.regions.lock.reset()
    for index in 0..<Self.classLimit { storage.pointee.classes[index].lock.reset() }
    storage.pointee.gate.pointee.reportLock.reset()
    leave()
    ThreadTable.forget()
  }

  private func forkedInHandler() -> Bool {
    let flag = ThreadFlags.forksInHandler
    let isSet = ThreadFlags.current & flag != 0
    ThreadFlags.remove(flag)
    return isSet
  }
}
