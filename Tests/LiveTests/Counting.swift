// What the tests of counters share. A process counts or does not from its first call on, so each test that counts runs in
// a process of its own (an exit test), which other tests' heaps know nothing of.

import CShims
import Heap
import Live
import Platform
import TestPages

/// As the process' heap, but for its pages.
enum CountedTestPolicy: HeapPolicy {
  typealias Pages = TestPages
  typealias Threads = ReadyThread
  typealias Observer = LiveObserver
  static var isShared: Bool { true }
}

enum Counting {
  /// Begins to count in this process; the classes have the sizes 16, 32, 48…
  static func start(publishes: Bool = false) -> Bool {
    guard TestProcess.start() else { return false }
    LiveProcess.start(publishes: publishes, LiveSettings())
    guard LiveCounts.isOn else { return false }
    for index in 0..<Int(SWIFTMALLOC_LIVE_SMALL_CLASSES) {
      LiveGauges.setBlockSize(index, 16 * (index + 1))
    }
    return true
  }

  static var header: swiftmalloc_live_header { swiftmalloc_live_header_now().pointee }

  /// The calling thread takes a row as another thread would; it is that thread from now on.
  static func becomeAnotherThread() -> LiveCounts.Row? {
    swiftmalloc_set_own_row(nil)
    ThreadFlags.remove(ThreadFlags.hasNoRow)
    return LiveThreads.rowOfThisThread()
  }

  /// A class of a row.
  static func counts(_ row: Int, _ sizeClass: Int) -> swiftmalloc_live_class {
    swiftmalloc_live_row_classes(LiveTotals.row(row))[sizeClass]
  }
}

extension swiftmalloc_live_class {
  /// The calls and bytes, in the order of the fields.
  var numbers: [UInt64] { [allocation_count, free_count, requested_bytes, returned_bytes] }
}
