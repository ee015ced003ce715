// Blocks at a multiple of an alignment.

import CShims
import DebugHeap
import Heap
import Live
import Memory
import Platform

extension Malloc {
  private static let leastAlignment: UInt = 16
  /// The greatest power of two that a size can hold.
  private static let greatestAlignment: UInt = 1 << 63

  /// C23 7.24.3.1, aligned_alloc(3), and memalign(3), which glibc serves with one function: an
  /// alignment that is no power of two is rounded up, one beyond all is EINVAL.
  package static func memalign(_ alignment: UInt, _ byteCount: UInt) -> Pointer? {
    if alignment > greatestAlignment { return failure(invalid) }
    return pointer(allocate(byteCount, alignment: roundedToPowerOfTwo(alignment)))
  }

  static func roundedToPowerOfTwo(_ alignment: UInt) -> UInt {
    if alignment <= leastAlignment { return leastAlignment }
    return 1 << UInt(UInt.bitWidth - (alignment - 1).leadingZeroBitCount)
  }

  /// POSIX 2024, posix_memalign(3): the result is an error number, errno stays.
  package static func posixMemalign(
    _ result: UnsafeMutablePointer<Pointer?>?, _ alignment: UInt, _ byteCount: UInt
  ) -> Int32 {
    let isPowerOfTwo = alignment & (alignment &- 1) == 0
    if !isPowerOfTwo || alignment < UInt(MemoryLayout<UInt>.size) { return invalid }
    let address = allocate(byteCount, alignment: max(alignment, leastAlignment))
    if address == 0 { return outOfMemory }
    result?.pointee = Pointer(bitPattern: address)
    return 0
  }

  /// valloc(3): at a page's start.
  package static func valloc(_ byteCount: UInt) -> Pointer? {
    guard Process.isStarted else { return failure() }
    return pointer(allocate(byteCount, alignment: UInt(System.pageSize)))
  }

  /// pvalloc(3): whole pages, at a page's start.
  package static func pvalloc(_ byteCount: UInt) -> Pointer? {
    guard Process.isStarted else { return failure() }
    let pageSize = UInt(System.pageSize)
    let (padded, overflow) = byteCount.addingReportingOverflow(pageSize - 1)
    if overflow { return failure() }
    return pointer(allocate(padded & ~(pageSize - 1), alignment: pageSize))
  }

  /// The address of a block, or 0; errno stays. `alignment` is a power of two. Who asks matters in
  /// debug mode only.
  static func allocate(_ byteCount: UInt, alignment: UInt, kind: BlockKind = .cMalloc) -> UInt {
    if !Cache.isReady, Process.isStarted, LiveCounts.isOn {
      return allocateCounted(
        byteCount, alignment: max(alignment, leastAlignment), kind: kind,
        isAligned: kind == .cMalloc
      ).address
    }
    if let address = Cache.take(byteCount, alignment: max(alignment, leastAlignment)) {
      return address
    }
    if byteCount > largestRequest || alignment > largestRequest { return 0 }
    let alignment = Int(max(alignment, leastAlignment))
    switch Process.active {
    case .production(let heap):
      return alignment == Int(leastAlignment)
        ? heap.allocate(Int(byteCount)).address
        : heap.allocate(Int(byteCount), alignment: alignment).address
    case .debug(let heap):
      return heap.allocate(
        Int(byteCount), alignment: alignment, kind: kind, isAligned: kind == .cMalloc
      ).address
    case .none: return 0
    }
  }
}
