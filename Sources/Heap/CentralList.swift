// The spans of one size class that have free blocks and no thread: left behind by threads that
// ended, or emptied by threads that keep enough of them already. Any thread that needs a span of
// the class takes one from here before it asks for a new one. A few that are empty stay for the purge
// delay: of their slices only the pages are resident that so many blocks of this class needed.
//
//   a span is in the list  ⇔  its record's owner is `central`  ⇔  its list is `central`

import Memory
import Platform
import Synchronization

package struct CentralList<Policy: HeapPolicy>: ~Copyable {
  package let lock = HeapLock<Policy>(.centralLock)
  /// Spans in the list, for a look without the lock.
  package let count = Atomic<Int>(0)
  /// The span that has waited longest, and gathered most free blocks: the next to be taken.
  package private(set) var head: UnsafeMutablePointer<SpanState>?
  private var end: UnsafeMutablePointer<SpanState>?
  /// Empty spans in the list.
  package private(set) var emptyCount = 0

  private static var emptyLimit: Int { 4 }

  /// The span that has waited longest of those that are not empty. Under `lock`.
  var firstInUse: UnsafeMutablePointer<SpanState>? {
    var next = head
    while let state = next, state.listFlag != .none { next = state.next }
    return next
  }

  /// Keeps a span of the list that has become empty; false when there are enough of them. Under `lock`.
  mutating func keepEmpty(_ state: UnsafeMutablePointer<SpanState>) -> Bool {
    // Two threads may look after the bit of the last free: one collects it, the other finds nothing.
    if state.listFlag != .none { return true }
    if emptyCount == Self.emptyLimit { return false }
    state.listFlag = .newlyEmpty
    emptyCount += 1
    return true
  }

  /// Takes out an empty span that was in the list at the last call that gave nil, and with `all` any; nil
  /// when there is none (any more). Under `lock`.
  mutating func takeOldEmpty(all: Bool) -> UnsafeMutablePointer<SpanState>? {
    if emptyCount == 0 { return nil }
    var next = head
    while let state = next {
      if state.listFlag == .longEmpty || (all && state.listFlag == .newlyEmpty) {
        remove(state)
        return state
      }
      next = state.next
    }
    // Only now, so that none of them is taken by the next call already.
    next = head
    while let state = next {
      if state.listFlag == .newlyEmpty { state.listFlag = .longEmpty }
      next = state.next
    }
    return nil
  }

  /// Puts a span in, at the end. Under `lock`; the caller then sets the owner.
  mutating func push(_ state: UnsafeMutablePointer<SpanState>) {
    state.list = .central
    state.next = nil
    state.previous = end
    if let end {
      end.pointee.next = state
    } else {
      head = state
    }
    end = state
    SharedCounters.count(.centralCount)
    count.add(1, ordering: .relaxed)
  }

  /// All spans are gone, and nobody else uses the heap.
  mutating func forgetAll() {
    head = nil
    end = nil
    emptyCount = 0
    count.store(0, ordering: .relaxed)
  }

  /// Takes a span out. Under `lock`.
  mutating func remove(_ state: UnsafeMutablePointer<SpanState>) {
    if let previous = state.previous {
      previous.pointee.next = state.next
    } else {
      head = state.next
    }
    if let next = state.next {
      next.pointee.previous = state.previous
    } else {
      end = state.previous
    }
    state.next = nil
    state.previous = nil
    state.list = .none
    if state.listFlag != .none {
      state.listFlag = .none
      emptyCount -= 1
    }
    SharedCounters.count(.centralCount)
    count.subtract(1, ordering: .relaxed)
    Policy.Observer.addCentral(
      Int(state.record.sizeClass), spans: -1,
      liveBlocks: -Int(state.liveCount))
  }
}
