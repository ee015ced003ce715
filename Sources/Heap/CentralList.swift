// The spans of one size class that have free blocks and no thread: left behind by threads that
// ended, or emptied by threads that keep enough of them already. Any thread that needs a span of
// the class takes one from here before it asks for a new one.
//
//   a span is in the list  ⇔  its record's owner is `central`  ⇔  its position is `central`

import Memory
import Platform
import Synchronization

package struct CentralList: ~Copyable {
  package let lock = Lock()
  /// Spans in the list, for a look without the lock.
  package let count = Atomic<Int>(0)
  package private(set) var head: UnsafeMutablePointer<SpanState>?

  /// Puts a span in. Under `lock`; the caller then sets the owner.
  mutating func push(_ state: UnsafeMutablePointer<SpanState>) {
    state.pointee.position = .central
    state.pointee.previous = nil
    state.pointee.next = head
    head?.pointee.previous = state
    head = state
    count.add(1, ordering: .relaxed)
  }

  /// Takes a span out. Under `lock`.
  mutating func remove(_ state: UnsafeMutablePointer<SpanState>) {
    if let previous = state.pointee.previous {
      previous.pointee.next = state.pointee.next
    } else {
      head = state.pointee.next
    }
    state.pointee.next?.pointee.previous = state.pointee.previous
    state.pointee.next = nil
    state.pointee.previous = nil
    state.pointee.position = .none
    count.subtract(1, ordering: .relaxed)
  }
}
