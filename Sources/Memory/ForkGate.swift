// What a fork waits for beside locks. Whoever gives memory back takes runs and spans out of their lists while the system is
// called without a lock. In the child they would be lost: so each bounded part of that is a step, and a fork waits for the steps
// that are being done. Who has many to do lets forks pass in between.
//
//   a fork    comes (wanted), takes the locks that some steps are done under, closes the gate and waits for the others;
//             after it the gate is open again
//   a step    enters, or waits before a closed gate; so no lock may be held then that a fork takes after it has closed

import Platform
import Synchronization

package struct ForkGate<Policy: PagePolicy>: ~Copyable {
  /// Milliseconds. A signal handler may have left a step by a jump: then it never ends, and the child does without its run.
  private static var patience: Int { 200 }

  private let forks = Atomic<UInt32>(0)
  private let isClosed = Atomic<UInt32>(0)
  private let steps = Atomic<UInt32>(0)

  package init() {}

  // MARK: Steps

  /// Begins a step, which takes some milliseconds at most.
  package borrowing func enter() {
    if !Policy.isShared { return }
    while true {
      // Sequentially consistent, as in `close`: one of the two sees the other.
      steps.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if isClosed.load(ordering: .sequentiallyConsistent) == 0 { return }
      leave()
      Futex.wait(isClosed, while: 1)
    }
  }

  /// Ends a step.
  package borrowing func leave() {
    if !Policy.isShared { return }
    let left = steps.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
    if left == 0, isClosed.load(ordering: .sequentiallyConsistent) != 0 { Futex.wake(steps) }
  }

  /// Between two steps that are done under a lock that forks take: a fork that waits comes first.
  package borrowing func letForksPass() {
    if !Policy.isShared { return }
    while true {
      let count = forks.load(ordering: .relaxed)
      if count == 0 { return }
      Futex.wait(forks, while: count)
    }
  }

  // MARK: Forks

  /// A fork comes.
  package borrowing func announceFork() { forks.wrappingAdd(1, ordering: .relaxed) }

  /// Lets no other step begin and waits until none is done. Under a lock, so that one fork does at a time.
  package borrowing func close() {
    isClosed.store(1, ordering: .sequentiallyConsistent)
    let end = System.milliseconds &+ UInt32(Self.patience)
    while true {
      let count = steps.load(ordering: .sequentiallyConsistent)
      let left = Int32(bitPattern: end &- System.milliseconds)
      if count == 0 || left <= 0 { return }
      Futex.wait(steps, while: count, milliseconds: Int(left))
    }
  }

  /// After the fork, in the parent, under the same lock.
  package borrowing func open() {
    isClosed.store(0, ordering: .releasing)
    Futex.wake(isClosed)
  }

  /// The fork is over. In a child that forgot of it already (`reset`) there is nothing to say.
  package borrowing func dismissFork() {
    if forks.load(ordering: .relaxed) == 0 { return }
    if forks.wrappingSubtract(1, ordering: .relaxed).newValue == 0 { Futex.wake(forks) }
  }

  /// In the child, where nobody is in a step but who forked inside of one.
  package borrowing func reset() {
    isClosed.store(0, ordering: .relaxed)
    forks.store(0, ordering: .relaxed)
    steps.store(0, ordering: .relaxed)
  }
}
