// The lists of spans whose blocks are sampled (Heap+Sampled).

import Memory
import Synchronization

/// The spans of sampled blocks of a heap that have a free block, by classes.
package struct SampledSpans<Policy: HeapPolicy>: ~Copyable {
  package let lock = HeapLock<Policy>(.centralLock)
  var first = ClassArray<UnsafeMutablePointer<SpanState>?>(repeating: nil)

  mutating func push(_ state: UnsafeMutablePointer<SpanState>, _ sizeClass: Int) {
    state.next = first[sizeClass]
    state.previous = nil
    first[sizeClass]?.pointee.previous = state
    first[sizeClass] = state
  }

  mutating func remove(_ state: UnsafeMutablePointer<SpanState>, _ sizeClass: Int) {
    if let previous = state.previous {
      previous.pointee.next = state.next
    } else {
      first[sizeClass] = state.next
    }
    state.next?.pointee.previous = state.previous
    state.next = nil
    state.previous = nil
  }

  /// No span is in a list any more.
  mutating func forgetAll() { first = ClassArray(repeating: nil) }

  /// The equation that does not hold for the lists, or nil.
  func checkInvariants() -> StaticString? {
    for sizeClass in 0..<SizeClasses.limit {
      var next = first[sizeClass]
      while let state = next {
        let record = state.record
        if record.pointee.owner.load(ordering: .relaxed) != SpanOwner.sampled {
          return "SampledSpans: owner of its span is not sampled"
        }
        if Int(record.sizeClass) != sizeClass { return "SampledSpans: span of another class" }
        if Int(state.liveCount) != state.capacity - state.freeCount {
          return "SampledSpans: liveCount ≠ blocks that are not free"
        }
        if state.freeCount == 0 { return "SampledSpans: full span in a list" }
        next = state.next
      }
    }
    return nil
  }
}
