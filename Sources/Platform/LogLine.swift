// A line that is made of many messages and leaves with one write(2), so that lines of several processes that write to one
// file do not mix: a report for machines, which may be longer than a message.

import CShims
import Synchronization

package enum LogLine {
  /// The thread that makes a line; 0: none does.
  private static let maker = Atomic<Int32>(0)
  nonisolated(unsafe) private static var start: UInt = 0
  nonisolated(unsafe) private static var count = 0
  private static var byteLimit: Int { 1 << 20 }

  /// What this thread writes to the log from here on is kept until `end`. Where another thread makes a line, or without
  /// memory, it is written at once.
  package static func begin() {
    let own = swiftmalloc_thread_id()
    if !maker.compareExchange(expected: 0, desired: own, ordering: .acquiring).exchanged { return }
    if let mapping = SystemMemory.allocateSparse(byteCount: byteLimit) {
      start = mapping
      count = 0
    } else {
      maker.store(0, ordering: .releasing)
    }
  }

  /// Keeps bytes of the line that this thread makes; false when it makes none.
  static func keep(_ bytes: UnsafeRawPointer, _ byteCount: Int) -> Bool {
    let maker = maker.load(ordering: .relaxed)
    if maker == 0 || maker != swiftmalloc_thread_id() || byteCount > byteLimit { return false }
    if count + byteCount > byteLimit { write() }
    UnsafeMutableRawPointer(bitPattern: start)?.advanced(by: count).copyMemory(
      from: bytes, byteCount: byteCount)
    count += byteCount
    return true
  }

  /// Writes the line.
  package static func end() {
    if maker.load(ordering: .relaxed) != swiftmalloc_thread_id() { return }
    write()
    _ = SystemMemory.release(start, byteCount: byteLimit)
    maker.store(0, ordering: .releasing)
  }

  private static func write() {
    if let bytes = UnsafeRawPointer(bitPattern: start) { LogFile.writeNow(bytes, count) }
    count = 0
  }
}
