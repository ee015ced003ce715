// fork, for all that is done with samples: the profile, guarded blocks, and stacks.

import Guards
import Platform
import Synchronization
import Traces

extension ProfileSampler {
  private static var isUsed: Bool { hasProfile || GuardedBlocks.isOn }

  /// The last locks before the fork. In a signal handler that interrupted a sample the thread may hold them.
  package static func prepareFork() {
    if !isUsed { return }
    if ThreadFlags.current & ThreadFlags.isTracing != 0 {
      ThreadFlags.insert(ThreadFlags.forksInSample)
      return
    }
    lock.lock()
    GuardedBlocks.withLock { $0.lock() }
    Unwinder.forEachSampleLock { $0.lock() }
  }

  package static func finishForkInParent() {
    if !isUsed || takeForkInSample() { return }
    Unwinder.forEachSampleLock { $0.unlock() }
    GuardedBlocks.withLock { $0.unlock() }
    lock.unlock()
  }

  /// The child goes on with what it inherited. Where the fork interrupted a sample, another thread
  /// may have held a lock that nobody gives back here: then nothing is sampled any more.
  package static func finishForkInChild() {
    if !isUsed { return }
    if takeForkInSample() {
      stop()
      isReady.store(false, ordering: .relaxed)
      GuardedBlocks.end()
      return
    }
    Unwinder.forEachSampleLock { $0.reset() }
    GuardedBlocks.withLock { $0.reset() }
    lock.reset()
    StackDepot.forgetReaders()
    GuardedBlocks.finishForkInChild()
  }

  private static func takeForkInSample() -> Bool {
    let isSet = ThreadFlags.current & ThreadFlags.forksInSample != 0
    ThreadFlags.remove(ThreadFlags.forksInSample)
    return isSet
  }
}
