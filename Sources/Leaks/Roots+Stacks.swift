// What of a stack is in use: from the stack pointer of its thread upwards. The stack of a thread that has ended, which the C
// library keeps for the next one, holds nothing but its control block:
//
//   | inaccessible | … unused … | sp − red zone … frames … | thread-local variables | control block |
//
// (On AArch64 the control block is in front of the thread-local variables.)
//
// Where a stack begins its control block says; the initial thread's is known by its name. Of other memory, in which somebody
// may have put a stack, everything is a root.

import CShims
import Platform

extension Roots {
  /// What is in use of a mapping that may be a stack.
  package func usedPart(of mapping: RootMapping, _ threads: CheckedThreads) -> AddressRange {
    var range = AddressRange(start: mapping.start, end: mapping.end)
    switch mapping.stack {
    case .none: break
    case .initial:
      if let end = threads.stackEnd(in: range) { range.start = end }
    case .possible:
      if threads.missedCount == 0, !threads.hasThreadPointer(in: range),
        let block = Self.controlBlock(atEndOf: range)
      {
        range.start = block
      }
    }
    return range
  }

  /// Leaves out what is not in use of the stacks that the C library gave to threads. A thread may run on another
  /// stack for a time: then all of its own is in use.
  package mutating func leaveOutUnusedStacks(_ threads: CheckedThreads) {
    for index in 0..<threads.all.count {
      let thread = threads.all[index]
      guard let start = stackStart(of: thread) else { continue }
      leaveOut(AddressRange(start: start, end: thread.stackEnd))
    }
    sortOwn()
  }

  /// Where the stack that a thread runs on begins, by its control block, in which address and length stand side by
  /// side; nil where none is told that holds both the thread's stack pointer and its control block.
  private func stackStart(of thread: CheckedThread) -> UInt? {
    let block = AddressRange(
      start: thread.pointer &+ UInt(bitPattern: Int(SWIFTMALLOC_CONTROL_BLOCK_START)),
      end: thread.pointer &+ UInt(SWIFTMALLOC_CONTROL_BLOCK_END))
    if thread.pointer & 7 != 0 { return nil }
    guard let mapping = mapping(at: block.start), mapping.isReadable else { return nil }
    // musl's is shorter, and then the mapping may end.
    for place in stride(from: block.start, to: min(block.end, mapping.end) - 8, by: 8) {
      let start = Self.word(place)
      let end = start &+ Self.word(place + 8)
      // Its inaccessible pages are in front of the mapping.
      let isNear = start <= mapping.start ? mapping.start - start < Self.guardLimit : true
      if isNear, start < thread.stackEnd, thread.stackEnd < thread.pointer, thread.pointer < end,
        end <= mapping.end, mapping.start < thread.stackEnd
      {
        return max(start, mapping.start)
      }
    }
    return nil
  }

  private static var guardLimit: UInt { 1 << 24 }

  /// The C library's control block of a thread at the end of a stack; nil where there is none.
  package static func controlBlock(atEndOf range: AddressRange) -> UInt? {
    if range.end - range.start < 16384 { return nil }
    var place = (range.end - 64) & ~63
    while place >= range.end - 8192 {
      if isControlBlock(place, atEndOf: range) { return place }
      place -= 64
    }
    return nil
  }

  // By its own address, or by the words that tell its stack.
  private static func isControlBlock(_ place: UInt, atEndOf range: AddressRange) -> Bool {
    let own = swiftmalloc_control_block_self()
    if own != 0 { return word(place) == place && word(place &+ own) == place }
    let words = place &+ swiftmalloc_stack_words_offset()
    if words == place || words > range.end &- 16 { return false }
    let start = word(words)
    return start <= range.start && range.start - start < guardLimit
      && start &+ word(words &+ 8) == range.end
  }

  /// The vector of a thread's dynamic thread-local memory, to the second element of which the control block at
  /// `threadPointer` points.
  package static func threadVector(_ threadPointer: UInt) -> UInt {
    word(threadPointer + UInt(SWIFTMALLOC_THREAD_VECTOR)) &- 16
  }

  @inline(__always)
  static func word(_ address: UInt) -> UInt {
    UnsafePointer<UInt>(bitPattern: address).unsafelyUnwrapped.pointee
  }
}
