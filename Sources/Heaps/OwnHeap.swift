// Which heap the calling thread's fast paths serve: a thread-local word for heaps of spans, beside the thread's cache of that
// one, and a word for local bump heaps (CShims/include/thread_state.h). The word is the handle of the heap that the thread used last, and so one comparison tells
// that a handle is a heap, this thread's, in no call, and of which kind.
//
//   handle        a fast path may serve it
//   handle + 1    the thread is in one: who finds that is a signal handler
//   none          there is no such heap
//   in call       the thread is in a slow path of one

import CShims

enum OwnHeap {
  static var none: UInt { UInt(SWIFTMALLOC_NO_HEAP) }
  static var inCall: UInt { UInt(SWIFTMALLOC_HEAP_IN_CALL) }

  /// The calling thread has none of the heap any more.
  static func forget(_ slot: HeapTable.Slot) {
    if swiftmalloc_span_heap() == slot.handle { swiftmalloc_set_span_heap(none) }
    if swiftmalloc_bump_heap() == slot.handle { swiftmalloc_set_bump_heap(none) }
  }

  /// The calling thread ends.
  static func forgetAll() {
    swiftmalloc_set_span_heap(none)
    swiftmalloc_set_bump_heap(none)
  }
}

extension UnsafeMutablePointer where Pointee == HeapSlot {
  /// Of a local heap of the calling thread: whether that is a signal handler that interrupted a call of it.
  @inline(__always)
  var isInterrupted: Bool {
    pointee.isBusy || swiftmalloc_span_heap() == handle + 1
      || swiftmalloc_bump_heap() == handle + 1
  }

  /// Does something with a local heap of the calling thread, so that the thread's signal handlers see it. Afterwards the fast
  /// paths serve the heap.
  @inline(__always)
  func whileBusy<Result>(_ body: () -> Result) -> Result {
    let holdsWord = beginBusy()
    let result = body()
    endBusy(holdsWord)
    return result
  }

  /// Begins that. Whether the thread's word was set aside: that of a path which this thread's handler interrupted stays.
  @inline(__always)
  func beginBusy() -> Bool {
    let word = pointee.isBump ? swiftmalloc_bump_heap() : swiftmalloc_span_heap()
    pointee.isBusy = true
    // Otherwise the compiler leaves the mark out: nothing that it sees reads it.
    swiftmalloc_signal_fence()
    if word & 1 != 0, word != OwnHeap.none { return false }
    setWord(OwnHeap.inCall)
    return true
  }

  @inline(__always)
  func endBusy(_ holdsWord: Bool) {
    swiftmalloc_signal_fence()
    pointee.isBusy = false
    if !holdsWord { return }
    let isReady = pointee.owner == swiftmalloc_thread_mark() && pointee.storage != 0
    if isReady, !pointee.isBump { swiftmalloc_set_span_cache(pointee.cache) }
    setWord(isReady ? handle : OwnHeap.none)
  }

  @inline(__always)
  private func setWord(_ word: UInt) {
    if pointee.isBump { swiftmalloc_set_bump_heap(word) } else { swiftmalloc_set_span_heap(word) }
  }
}
