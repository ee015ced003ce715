// What is known of one slot, 16 bytes apart from the blocks:
//
//   bits    requested 16 | alignment, as a power of two 5 | kind 2 | ignored 1 | state 3 | allocating thread 18 |
//           freeing thread 18 | generation 1
//   allocation, release    numbers of the two traces

// No case is called as a C function is: gdb, which knows no Swift, would take the one for the other.

/// What allocated a block, and so what must free it.
package enum BlockKind: UInt8 {
  case cMalloc
  case operatorNew
  case operatorNewArray
}

package enum SlotState: UInt8 {
  /// Never given out since its bucket was made.
  case fresh
  case live
  /// Freed: not to be given out until it is old enough.
  case freed
  /// The program has damaged it: never given out again.
  case setAside
}

package struct SlotRecord {
  private var bits: UInt64
  package private(set) var allocation: UInt32
  package private(set) var release: UInt32

  @inline(__always)
  package var requested: Int { Int(truncatingIfNeeded: bits & 0xffff) }
  @inline(__always)
  package var alignment: Int { 1 << Int(truncatingIfNeeded: bits >> 16 & 31) }
  @inline(__always)
  package var kind: BlockKind {
    BlockKind(rawValue: UInt8(truncatingIfNeeded: bits >> 21 & 3)).unsafelyUnwrapped
  }
  /// Whether the block is no leak, as the program says.
  package var isIgnored: Bool {
    get { bits & Self.ignored != 0 }
    set { bits = newValue ? bits | Self.ignored : bits & ~Self.ignored }
  }
  private static var ignored: UInt64 { UInt64(Origin.ignored) << 21 }

  @inline(__always)
  package var state: SlotState {
    get { SlotState(rawValue: UInt8(truncatingIfNeeded: bits >> 24 & 7)).unsafelyUnwrapped }
    set { bits = bits & ~(7 << 24) | UInt64(newValue.rawValue) << 24 }
  }
  package var allocatingThread: Int { Int(truncatingIfNeeded: bits >> 27 & 0x3ffff) }
  package var freeingThread: Int { Int(truncatingIfNeeded: bits >> 45 & 0x3ffff) }

  /// Whether it is a live block that begins where its slot does.
  @inline(__always)
  var isLiveAtStart: Bool { bits & (31 << 16 | 7 << 24) == 4 << 16 | 1 << 24 }

  /// Whether it is a freed block that began where its slot does.
  @inline(__always)
  var isFreedAtStart: Bool { bits & (31 << 16 | 7 << 24) == 4 << 16 | 2 << 24 }

  /// Whether the block was freed before the bucket took `generation`.
  @inline(__always)
  func isFreed(before generation: UInt8) -> Bool {
    bits & (7 << 24) == 2 << 24 && UInt8(truncatingIfNeeded: bits >> 63) != generation
  }

  /// A live block.
  @inline(__always)
  package init(_ origin: Origin, requested: Int, alignment: Int) {
    let exponent = UInt64(truncatingIfNeeded: alignment.trailingZeroBitCount)
    bits =
      UInt64(truncatingIfNeeded: requested) | exponent << 16
      | UInt64(origin.kindBits) << 21 | UInt64(SlotState.live.rawValue) << 24
      | UInt64(truncatingIfNeeded: origin.thread) << 27
    allocation = origin.trace
    release = 0
  }

  /// Notes that the block was freed.
  @inline(__always)
  package mutating func free(thread: Int, trace: UInt32, generation: UInt8) {
    bits =
      bits & (1 << 24 - 1 | 0x3ffff << 27) | UInt64(SlotState.freed.rawValue) << 24
      | UInt64(truncatingIfNeeded: thread) << 45 | UInt64(generation) << 63
    release = trace
  }
}

extension SlotRecord {
  /// Notes that the block was freed, and, in place of a trace, the slot freed before, from 1 on.
  @inline(__always)
  mutating func chain(_ before: UInt32) { free(thread: 0, trace: before, generation: 0) }
}

/// Who asks for a block.
package struct Origin {
  /// The kind, and `ignored` beside it.
  fileprivate let kindBits: UInt8
  package let thread: Int
  package let trace: UInt32
  /// Whether it asked for an alignment.
  package var isAligned = false

  fileprivate static var ignored: UInt8 { 4 }

  package var kind: BlockKind {
    BlockKind(rawValue: kindBits & (Self.ignored - 1)).unsafelyUnwrapped
  }
  /// Whether the block is to be no leak, as the program says.
  package var isIgnored: Bool { kindBits & Self.ignored != 0 }

  package init(kind: BlockKind, thread: Int, trace: UInt32, isIgnored: Bool = false) {
    kindBits = kind.rawValue | (isIgnored ? Self.ignored : 0)
    self.thread = thread
    self.trace = trace
  }
}

/// Who frees a block, by which function, and what that was told.
package struct Deallocation {
  package enum Function: UInt8 {
    case cFree
    case cRealloc
    case operatorDelete
    case operatorDeleteArray
  }

  /// A size or alignment that is not given or does not matter.
  package static var unknown: Int { -1 }

  package var function: Function
  package var size: Int
  /// The alignment that was given; 0 when the function takes none.
  package var alignment: Int
  package var thread = 0
  package var trace: UInt32 = 0
  /// Whether the function, the size and the alignment are known: not of what a signal handler left behind.
  package var isChecked = true

  @inline(__always)
  package init(_ function: Function, size: Int = unknown, alignment: Int = unknown) {
    self.function = function
    self.size = size
    self.alignment = alignment
  }
}
