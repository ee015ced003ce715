// What of a stack is in use: from the stack pointer of its thread upwards. Below it is what `CheckedThreads.unused` says, and, of
// the initial thread's stack, all. The stack of a thread that has ended, which the C library keeps for the next one, holds
// nothing but its control block:
//
//   | inaccessible | … unused … | sp − 128 … frames … | thread-local variables | control block |
//
// Of other memory, in which somebody may have put a stack, everything is a root.

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
