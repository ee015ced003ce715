// What of a stack is in use: from the stack pointer of its thread upwards. The stack of a thread that has ended, which the
// C library keeps for the next one, holds nothing but its control block.
//
//   | inaccessible | … unused … | sp − 128 … frames … | thread-local variables | control block |
//
// A mapping counts as a stack only where an inaccessible one ends at its beginning, as below every stack that the C
// library or the kernel makes: of other memory, in which somebody put a stack, everything is a root.

import CShims
import Platform

/// The threads at the moment of the check.
package struct CheckedThreads {
  /// Where the stacks of all threads end, sorted.
  package var stackEnds: MappedArray<AddressRange>
  /// The thread pointers, sorted.
  package var threadPointers: MappedArray<AddressRange>
  /// The registers of those that were stopped.
  package var registers: MappedArray<AddressRange>
  /// Threads that did not stop: nothing is known of their stacks and registers.
  package var missedCount = 0

  /// The calling thread, whose stack ends at `stackEnd`, and `count` others; nil without memory.
  package init?(
    stackEnd: UInt, others: UnsafeMutablePointer<swiftmalloc_stopped_thread>?, count: Int
  ) {
    guard let ends = MappedArray<AddressRange>(capacity: count + 1),
      let pointers = MappedArray<AddressRange>(capacity: count + 1),
      let registers = MappedArray<AddressRange>(capacity: count + 1)
    else { return nil }
    stackEnds = ends
    threadPointers = pointers
    self.registers = registers
    let own = swiftmalloc_thread_pointer()
    stackEnds.append(AddressRange(start: stackEnd, end: stackEnd))
    threadPointers.append(AddressRange(start: own, end: own))
    if let others { for index in 0..<count { add(others[index]) } }
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
    stackEnds.append(AddressRange(start: thread.stack_pointer - 128, end: thread.stack_pointer))
    threadPointers.append(
      AddressRange(start: thread.thread_pointer, end: thread.thread_pointer))
    let start = UInt(bitPattern: thread.registers)
    registers.append(AddressRange(start: start, end: start + UInt(thread.register_bytes)))
  }

  /// Calls `body` with the memory that the tables take: start and length in bytes.
  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(stackEnds.addresses.start, stackEnds.addresses.byteCount)
    body(threadPointers.addresses.start, threadPointers.addresses.byteCount)
    body(registers.addresses.start, registers.addresses.byteCount)
  }

  /// The only stack end in the range; nil when there is none or more than one.
  fileprivate func stackEnd(in range: AddressRange) -> UInt? {
    let index = stackEnds.lastIndex(notAbove: range.end - 1)
    if index < 0 || stackEnds[index].start < range.start { return nil }
    if index > 0, stackEnds[index - 1].start >= range.start { return nil }
    return stackEnds[index].start
  }

  /// Whether a live thread's pointer is in the range.
  fileprivate func hasThreadPointer(in range: AddressRange) -> Bool {
    let index = threadPointers.lastIndex(notAbove: range.end - 1)
    return index >= 0 && threadPointers[index].start >= range.start
  }
}

extension Roots {
  /// What is in use of a mapping that may be a stack.
  package func usedPart(of mapping: RootMapping, _ threads: CheckedThreads) -> AddressRange {
    var range = AddressRange(start: mapping.start, end: mapping.end)
    if !mapping.isStackLike || mapping.isShared { return range }
    if let end = threads.stackEnd(in: range) {
      range.start = end
    } else if threads.missedCount == 0, !threads.hasThreadPointer(in: range),
      let block = Self.controlBlock(atEndOf: range)
    {
      range.start = block
    }
    return range
  }

  /// The C library's control block of a thread at the end of a stack; nil where there is none. On x86-64 it
  /// holds its own address in its first and third word.
  package static func controlBlock(atEndOf range: AddressRange) -> UInt? {
    #if arch(x86_64)
      if range.end - range.start < 16384 { return nil }
      var place = (range.end - 64) & ~63
      while place >= range.end - 8192 {
        if word(place) == place, word(place + 16) == place { return place }
        place -= 64
      }
    #endif
    return nil
  }

  /// The vector of a thread's dynamic thread-local memory, to the second element of which the control block at
  /// `threadPointer` points.
  package static func threadVector(_ threadPointer: UInt) -> UInt {
    #if arch(x86_64)
      word(threadPointer + 8) &- 16
    #else
      word(threadPointer) &- 16
    #endif
  }

  @inline(__always)
  static func word(_ address: UInt) -> UInt {
    UnsafePointer<UInt>(bitPattern: address).unsafelyUnwrapped.pointee
  }
}
