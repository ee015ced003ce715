// What the tests of spans share: a heap with two threads, and what is known of a block.

import Heap
import Memory
import Synchronization
import TestPages
import Testing

/// A heap in which `second` frees blocks of `first`'s; checked and closed afterwards. Without a delay nothing is purged
/// by the clock, however slow the test runs.
func withTwoThreads(
  purgeDelay: Int = -1,
  _ body: (_ test: TestHeap, _ first: TestHeap.Thread, _ second: TestHeap.Thread) throws -> Void
) rethrows {
  guard let test = TestHeap(purgeDelay: purgeDelay), let first = test.makeThread(),
    let second = test.makeThread()
  else {
    Issue.record("no heap")
    return
  }
  try body(test, first, second)
  #expect(test.heap.checkInvariants() == nil)
  test.close()
}

/// A heap with one thread, whose cache it is.
func withOneThread(_ body: (TestHeap, UnsafeMutablePointer<ThreadCache>) -> Void) {
  guard let test = TestHeap(purgeDelay: -1), let cache = test.heap.makeCache() else {
    Issue.record("no heap")
    return
  }
  test.thread = .cache(cache)
  body(test, cache)
  #expect(test.heap.checkInvariants() == nil)
  test.close()
}

/// The owner of the block's span.
func owner(_ block: UInt) -> UInt {
  PageMap.record(block)?.pointee.owner.load(ordering: .relaxed) ?? 0
}

func state(_ block: UInt) -> UnsafeMutablePointer<SpanState>? {
  PageMap.record(block)?.pointee.state
}

/// Whether the block's bit is set; nil where no block begins.
func isFree(_ block: UInt) -> Bool? {
  guard let record = PageMap.record(block), let index = record.index(block) else { return nil }
  return record.pointee.state?.isFree(index)
}
