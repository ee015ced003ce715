// What was found, copied from the records while their lock was held, so that the report, which
// allocates, is written without it.

import CShims

package struct Finding {
  package enum Kind: UInt8 {
    case doubleFree
    case invalidFree
    case overflow
    case underflow
    case useAfterFree
    case sizeMismatch
    case alignmentMismatch
    case kindMismatch
    case threadMisuse
    case stackOverflow
    // The process' end by a signal.
    case segmentationFault
    case busError
    case illegalInstruction
    case arithmeticError
    case breakpoint
    case abortSignal

    package var name: StaticString {
      switch self {
      case .doubleFree: "double-free"
      case .invalidFree: "invalid-free"
      case .overflow: "heap-buffer-overflow"
      case .underflow: "heap-buffer-underflow"
      case .useAfterFree: "heap-use-after-free"
      case .sizeMismatch: "size-mismatch"
      case .alignmentMismatch: "alignment-mismatch"
      case .kindMismatch: "kind-mismatch"
      case .threadMisuse: "thread-misuse"
      case .stackOverflow: "stack-overflow"
      case .segmentationFault: "SEGV"
      case .busError: "BUS"
      case .illegalInstruction: "ILL"
      case .arithmeticError: "FPE"
      case .breakpoint: "TRAP"
      case .abortSignal: "ABRT"
      }
    }
  }

  /// How it was found.
  package enum Discovery {
    /// By the call itself.
    case call
    /// By damaged bytes, looked at in `StaticString`: free, realloc, quarantine, exit, check.
    case bytes(StaticString)
    /// By a read or a write that faulted.
    case read
    case write
    /// By the use of a pointer that consists of the fill of freed bytes.
    case pointer
  }

  package var kind: Kind
  /// The address that the error is about.
  package var address: UInt
  package var block: BlockDescription?
  package var discovery = Discovery.call
  package var release: Deallocation?
  /// Where it was found.
  package var trace: UInt32 = 0
  package var thread = 0
  /// The signal that ends the process.
  package var crash: swiftmalloc_crash?
  package var damage: Damage?

  package init(_ kind: Kind, _ address: UInt, _ block: BlockDescription?) {
    self.kind = kind
    self.address = address
    self.block = block
  }
}

/// What is known of a block, live or freed.
package struct BlockDescription {
  package var start: UInt
  package var requested: Int
  package var alignment: Int
  package var kind: BlockKind
  package var isFreed: Bool
  package var allocation: UInt32
  package var allocatingThread: Int
  package var reallocation: UInt32 = 0
  package var release: UInt32
  package var freeingThread: Int

  /// A block of which somebody else has the record.
  package init(
    start: UInt, requested: Int, alignment: Int, allocation: UInt32, allocatingThread: Int
  ) {
    self.start = start
    self.requested = requested
    self.alignment = alignment
    kind = .cMalloc
    isFreed = false
    self.allocation = allocation
    self.allocatingThread = allocatingThread
    release = 0
    freeingThread = 0
  }

  package init(_ record: SlotRecord, start: UInt) {
    self.start = start
    requested = record.requested
    alignment = record.alignment
    kind = record.kind
    isFreed = record.state != .live
    allocation = record.allocation
    allocatingThread = record.allocatingThread
    release = record.release
    freeingThread = record.freeingThread
  }

  package init(_ record: LargeRecord) {
    start = record.block
    requested = record.requested
    alignment = record.alignment
    kind = record.kind
    isFreed = record.isFreed
    allocation = record.allocation
    allocatingThread = record.allocatingThread
    reallocation = record.reallocation
    release = record.release
    freeingThread = record.freeingThread
  }

  /// Bytes between an address and the block; 0 in it.
  package func distance(to address: UInt) -> Int {
    if address < start { return Int(start - address) }
    return max(distanceBehind(address) + 1, 0)
  }

  /// Distance of an address behind the block's end; below zero: in the block or before it.
  package func distanceBehind(_ address: UInt) -> Int {
    Int(bitPattern: address &- start) - requested
  }
}
