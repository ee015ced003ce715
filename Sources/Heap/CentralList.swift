// The spans of one size class that have free blocks and no thread: left behind by threads that
// ended, or emptied by threads that keep enough of them already. Any thread that needs a span of
// the class takes one from here before it asks for a new one.
//
//   a span is in the list  ⇔  its record's owner is `central`  ⇔  its position is `central`

import Memory
import Platform
import Synchronization

package struct CentralList: ~Copyable {
  package let lock = Lock(.centralLock)
  /// Spans in the list, for a look without the lock.
  package let count = Atomic<Int>(0)
  /// The span that has waited longest, and gathered most free blocks: the next to be taken.
  package private(set) var head: UnsafeMutablePointer<SpanState>?
  private var end: UnsafeMutablePointer<SpanState>?

  /// Puts a span in, at the end. Under `lock`; the caller then sets the owner.
  mutating func push(_ state: UnsafeMutablePointer<SpanState>) {
    state.pointee.position = .central
    state.pointee.next = nil
    state.pointee.previous = end
    if let end {
      end.pointee.next = state
    } else {
      head = state
    }
    end = state
    SharedCounters.count(.centralCount)
    count.add(1, ordering: .relaxed)
  }

  /// Takes a span out. Under `lock`.
  mutating func remove(_ state: UnsafeMutablePointer<SpanState>) {
    if let previous = state.pointee.previous {
      previous.pointee.next = state.pointee.next
    } else {
      head = state.pointee.next
    }
    if let next = state.pointee.next {
      next.pointee.previous = state.pointee.previous
    } else {
      end = state.pointee.previous
    }
    state.pointee.next = nil
    state.pointee.previous = nil
    state.pointee.position = .none
    SharedCounters.count(.centralCount)
    count.subtract(1, ordering: .relaxed)
  }
}
