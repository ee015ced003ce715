// The threads at the moment of a check: where their stacks end, their registers, their control blocks.

import CShims
import Platform

/// A thread: where its stack ends, and what its thread-local variables lie around.
package struct CheckedThread: AddressOrdered {
  package let stackEnd: UInt
  package let pointer: UInt
  package var start: UInt { stackEnd }
}

package struct CheckedThreads {
  /// Sorted by the ends of their stacks.
  package private(set) var all: MappedArray<CheckedThread>
  /// The thread pointers, sorted.
  private var pointers: MappedArray<AddressRange>
  /// What the kernel keeps for them.
  package private(set) var kernelPointers: MappedArray<UInt>
  /// The registers of those that were stopped.
  package private(set) var registers: MappedArray<AddressRange>
  /// Threads that did not stop: nothing is known of their stacks and registers.
  package private(set) var missedCount = 0

  /// The calling thread, whose stack ends at `stackEnd`, and `count` others, below zero when they are not known; nil
  /// without memory.
  package init?(
    stackEnd: UInt, others: UnsafeMutablePointer<swiftmalloc_stopped_thread>?, count: Int
  ) {
    let isKnown = count >= 0
    let count = max(count, 0)
    guard let all = MappedArray<CheckedThread>(capacity: count + 1),
      let pointers = MappedArray<AddressRange>(capacity: count + 1),
      let kernelPointers = MappedArray<UInt>(
        capacity: (count + 1) * Int(SWIFTMALLOC_KERNEL_POINTERS)),
      let registers = MappedArray<AddressRange>(capacity: count)
    else { return nil }
    self.all = all
    self.pointers = pointers
    self.kernelPointers = kernelPointers
    self.registers = registers
    add(stackEnd, swiftmalloc_thread_pointer())
    let own = swiftmalloc_kernel_pointers_of_stopper().unsafelyUnwrapped
    for index in 0..<Int(SWIFTMALLOC_KERNEL_POINTERS) { self.kernelPointers.append(own[index]) }
    if !isKnown, swiftmalloc_is_single_threaded() == 0 { missedCount = 1 }
    if let others { for index in 0..<count { add(others[index]) } }
    self.all.sort()
    self.pointers.sort()
  }

  private mutating func add(_ thread: swiftmalloc_stopped_thread) {
    if thread.is_stopped < 0 { return }
    if thread.is_stopped == 0 {
      missedCount += 1
      return
    }
    add(thread.stack_pointer - UInt(SWIFTMALLOC_RED_ZONE), thread.thread_pointer)
    kernelPointers.append(thread.kernel_pointers.0)
    kernelPointers.append(thread.kernel_pointers.1)
    kernelPointers.append(thread.kernel_pointers.2)
    registers.append(UInt(bitPattern: thread.registers), Int(thread.register_bytes))
  }

  private mutating func add(_ stackEnd: UInt, _ pointer: UInt) {
    all.append(CheckedThread(stackEnd: stackEnd, pointer: pointer))
    pointers.append(AddressRange(start: pointer, end: pointer))
  }

  /// The only stack end in the range; nil when there is none or more than one.
  package func stackEnd(in range: AddressRange) -> UInt? {
    let index = all.lastIndex(notAbove: range.end - 1)
    if index < 0 || all[index].stackEnd < range.start { return nil }
    if index > 0, all[index - 1].stackEnd >= range.start { return nil }
    return all[index].stackEnd
  }

  /// Whether a live thread's pointer is in the range.
  package func hasThreadPointer(in range: AddressRange) -> Bool {
    let index = pointers.lastIndex(notAbove: range.end - 1)
    return index >= 0 && pointers[index].start >= range.start
  }

  /// Calls `body` with the memory that the tables take: start and length in bytes.
  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(all.addresses.start, all.addresses.byteCount)
    body(pointers.addresses.start, pointers.addresses.byteCount)
    body(kernelPointers.addresses.start, kernelPointers.addresses.byteCount)
    body(registers.addresses.start, registers.addresses.byteCount)
  }
}
