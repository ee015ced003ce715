// When the other threads stand still for a check, and for how long. At the process' end they stand until it comes, and a report
// needs locks that one of them may hold: those of the loader (dl_iterate_phdr, dlopen), that of the list of streams. Then they
// go on for a moment.

import CShims
import DebugHeap
import Platform

enum StoppedThreads {
  // Of the check at the end: what describes the threads that stand still; 0 where there is none.
  nonisolated(unsafe) private static var memory: UInt = 0

  /// Remembers threads that go on standing still while a report is written, and no longer for as long as a look takes.
  static func note(_ memory: UInt, count: Int) {
    self.memory = count > 0 ? memory : 0
    swiftmalloc_shorten_stop(reportLimit)
  }

  /// Takes the heap's locks and stops all other threads; their number, below zero when it is not known. One that is
  /// about to end blocks all signals, and may wait for a lock of ours: the next attempt finds it gone.
  static func stop<Policy>(
    _ heap: DebugHeap<Policy>, _ memory: UInt,
    _ others: inout UnsafeMutablePointer<swiftmalloc_stopped_thread>?
  ) -> Int {
    var pause: Int32 = 1
    while true {
      heap.prepareFork()
      let count = swiftmalloc_stop_threads(
        UnsafeMutableRawPointer(bitPattern: memory), &others, stopLimit)
      if pause > attemptLimit || swiftmalloc_missed_threads() == 0 { return Int(count) }
      swiftmalloc_resume_threads()
      heap.finishForkInParent()
      _ = SystemMemory.purge(memory, byteCount: Int(swiftmalloc_stop_bytes()))
      swiftmalloc_pause(pause)
      pause *= 2
    }
  }

  // Few threads hold a lock that reports need, and these must not stand still for ever.
  private static var reportLimit: Int32 { 3000 }

  // Longer than any fork takes, and, where there can be none, than any heap takes to be looked through.
  private static var stopLimit: Int32 { 600_000 }

  /// Milliseconds of the last pause.
  private static var attemptLimit: Int32 { 128 }

  // Milliseconds of the first pause and of the last: each is twice as long as the one before. A lock counts as held when it
  // was not to be had for as long.
  private static var firstPause: Int32 { 8 }
  private static var lastPause: Int32 { 512 }

  /// Lets threads that stand still go on until none of them holds a lock that a report needs; where one never lets go of it,
  /// the report does without the loader.
  static func leaveLoader<Policy>(_ heap: DebugHeap<Policy>) {
    if memory == 0 { return }
    var pause = firstPause
    while swiftmalloc_is_loader_free(pause) == 0 {
      if pause > lastPause { return swiftmalloc_do_without_loader() }
      swiftmalloc_resume_threads()
      swiftmalloc_pause(pause)
      pause *= 2
      _ = SystemMemory.purge(memory, byteCount: Int(swiftmalloc_stop_bytes()))
      var others: UnsafeMutablePointer<swiftmalloc_stopped_thread>?
      _ = stop(heap, memory, &others)
      swiftmalloc_shorten_stop(reportLimit)
      heap.finishForkInParent()
    }
  }
}
