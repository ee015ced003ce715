// What debug heaps need of the process that they are in, once for all of them: numbers of threads, traces, the
// ends of threads, forks, and faults.

import CShims
import DebugHeap
import Platform
import Traces

enum ProcessEvents {
  private static let lock = Lock()
  nonisolated(unsafe) private static var hasStarted = false
  nonisolated(unsafe) private static var hasUnwinder = false

  /// Before a heap is made whose traces have so many frames.
  static func start(frames: Int) {
    lock.lock()
    defer { lock.unlock() }
    if !hasStarted {
      hasStarted = true
      System.initialize()
      ThreadTable.start()
      // A thread that allocates after its end was noted is known by its number still.
      _ = swiftmalloc_register(
        { ProcessEvents.prepareFork() }, { ProcessEvents.finishFork() },
        { ProcessEvents.finishForkInChild() }, { _ in ThreadTable.endThread() })
    }
    let frames = min(frames, 64)
    Unwinder.start(frameLimit: frames)
    if frames <= 0 || hasUnwinder { return }
    hasUnwinder = true
    if !Unwinder.load() { Unwinder.warnOfShortTraces() }
  }

  // MARK: Forks

  // A heap that another thread was using at the fork cannot be used in the child, like anything else that a lock
  // guards. What all heaps share can.

  private static func prepareFork() {
    faultLock.lock()
    Unwinder.forEachLock { $0.lock() }
  }

  private static func finishFork() {
    Unwinder.forEachLock { $0.unlock() }
    faultLock.unlock()
  }

  private static func finishForkInChild() {
    finishFork()
    // The thread stays the owner of its heaps, under a new id.
    let number = ThreadTable.numberOfThisThread
    if number != 0 { ThreadTable.record(number).pointee.id = swiftmalloc_thread_id() }
  }

  // MARK: Faults

  private typealias Explanation = (UInt, UnsafeRawPointer) -> FaultAnswer

  private static let faultLock = Lock()
  nonisolated(unsafe) private static var watchesFaults = false
  // By the addresses of the heaps' storage.
  nonisolated(unsafe) private static var explanations: [UInt: Explanation] = [:]

  /// Asks `body` about faults: whether the address is its heap's, and then all is said.
  static func explain(_ storage: UInt, _ body: @escaping (UInt, UnsafeRawPointer) -> FaultAnswer) {
    faultLock.lock()
    defer { faultLock.unlock() }
    explanations[storage] = body
    if watchesFaults { return }
    watchesFaults = true
    swiftmalloc_watch_faults({ ProcessEvents.explainFault($0, $1) }, nil)
  }

  static func forget(_ storage: UInt) {
    faultLock.lock()
    defer { faultLock.unlock() }
    explanations[storage] = nil
  }

  private static func explainFault(_ address: UInt, _ context: UnsafeRawPointer?) -> Int32 {
    // Held: the fault is in this file, or another thread makes a heap known just now.
    guard let context, faultLock.tryLock() else { return 0 }
    let explanations = self.explanations
    faultLock.unlock()
    for explain in explanations.values {
      let answer = explain(address, context)
      if answer != .unknown { return answer.rawValue }
    }
    return FaultAnswer.unknown.rawValue
  }
}
