// The threads at the moment of a check: where their stacks end, their registers, their control blocks.

import CShims
import Platform
import Traces

package struct CheckedThreads {
  /// Where the stacks of all threads end, sorted.
  private var stackEnds: MappedArray<AddressRange>
  /// The thread pointers, sorted.
  package private(set) var threadPointers: MappedArray<AddressRange>
  /// The registers of those that were stopped.
  package private(set) var registers: MappedArray<AddressRange>
  /// What is not in use of the stacks that the C library gave them.
  package private(set) var unused: MappedArray<AddressRange>
  /// Threads that did not stop: nothing is known of their stacks and registers.
  package private(set) var missedCount = 0

  /// The calling thread, whose stack ends at `stackEnd`, and `count` others; nil without memory.
  package init?(
    stackEnd: UInt, others: UnsafeMutablePointer<swiftmalloc_stopped_thread>?, count: Int
  ) {
    guard let ends = MappedArray<AddressRange>(capacity: count + 1),
      let pointers = MappedArray<AddressRange>(capacity: count + 1),
      let unused = MappedArray<AddressRange>(capacity: count + 1),
      let registers = MappedArray<AddressRange>(capacity: count)
    else { return nil }
    stackEnds = ends
    threadPointers = pointers
    self.unused = unused
    self.registers = registers
    add(id: swiftmalloc_thread_id(), stackEnd, swiftmalloc_thread_pointer())
    if let others { for index in 0..<count { add(others[index]) } }
    // By thread ids, as long as these are needed.
    stackEnds.sort()
    findUnused()
    for index in 0..<stackEnds.count {
      stackEnds.elements[index].start = stackEnds[index].end
    }
    stackEnds.sort()
    threadPointers.sort()
  }

  private mutating func add(_ thread: swiftmalloc_stopped_thread) {
    if thread.is_stopped < 0 { return }
    if thread.is_stopped == 0 {
      missedCount += 1
      return
    }
    // Code may use 128 bytes below its stack pointer (System V ABI, x86-64).
    add(id: thread.id, thread.stack_pointer - 128, thread.thread_pointer)
    let start = UInt(bitPattern: thread.registers)
    registers.append(AddressRange(start: start, end: start + UInt(thread.register_bytes)))
  }

  private mutating func add(id: Int32, _ stackEnd: UInt, _ threadPointer: UInt) {
    stackEnds.append(AddressRange(start: UInt(bitPattern: Int(id)), end: stackEnd))
    threadPointers.append(AddressRange(start: threadPointer, end: threadPointer))
  }

  /// A thread may run on another stack for a time: then all of its own is in use.
  private mutating func findUnused() {
    var found = unused
    ThreadTable.forEachLive { record in
      let index = stackEnds.lastIndex(notAbove: UInt(bitPattern: Int(record.id)))
      if index < 0 || stackEnds[index].start != UInt(bitPattern: Int(record.id)) { return }
      let end = stackEnds[index].end
      if end > record.givenStackStart, end < record.givenStackEnd {
        found.append(AddressRange(start: record.givenStackStart, end: end))
      }
    }
    unused = found
  }

  /// The only stack end in the range; nil when there is none or more than one.
  package func stackEnd(in range: AddressRange) -> UInt? {
    let index = stackEnds.lastIndex(notAbove: range.end - 1)
    if index < 0 || stackEnds[index].start < range.start { return nil }
    if index > 0, stackEnds[index - 1].start >= range.start { return nil }
    return stackEnds[index].start
  }

  /// Whether a live thread's pointer is in the range.
  package func hasThreadPointer(in range: AddressRange) -> Bool {
    let index = threadPointers.lastIndex(notAbove: range.end - 1)
    return index >= 0 && threadPointers[index].start >= range.start
  }

  /// Calls `body` with the memory that the tables take: start and length in bytes.
  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(stackEnds.addresses.start, stackEnds.addresses.byteCount)
    body(threadPointers.addresses.start, threadPointers.addresses.byteCount)
    body(registers.addresses.start, registers.addresses.byteCount)
    body(unused.addresses.start, unused.addresses.byteCount)
  }
}
