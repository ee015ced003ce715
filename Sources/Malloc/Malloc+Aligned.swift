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

  /// memalign(3): an alignment that is no power of two is rounded up, one beyond all is EINVAL.
  package static func memalign(_ alignment: UInt, _ byteCount: UInt) -> Pointer? {
    if alignment > greatestAlignment { return failure(invalid) }
    return inForce(SWIFTMALLOC_MEMALIGN, byteCount, roundedToPowerOfTwo(alignment))
  }

  /// C23 7.24.3.1, aligned_alloc(3), which glibc treats as memalign.
  package static func alignedAlloc(_ alignment: UInt, _ byteCount: UInt) -> Pointer? {
    if alignment > greatestAlignment { return failure(invalid) }
    return inForce(SWIFTMALLOC_ALIGNED_ALLOC, byteCount, roundedToPowerOfTwo(alignment))
  }

  /// The name by which a malloc of the program's asks for the C library's memory: never handed on.
  package static func libcMemalign(_ alignment: UInt, _ byteCount: UInt) -> Pointer? {
    if alignment > greatestAlignment { return failure(invalid) }
    return pointer(allocate(byteCount, alignment: roundedToPowerOfTwo(alignment)))
  }

  // A block of the allocator that is in force, which somebody asked our function `asked` for; null and errno when there
  // is none.
  @inline(__always)
  private static func inForce(_ asked: Int, _ byteCount: UInt, _ alignment: UInt) -> Pointer? {
    if Process.alignsByLength, let rounded = roundedToMultiple(byteCount, alignment),
      let address = fast.allocate(rounded)
    {
      return Pointer(bitPattern: address).unsafelyUnwrapped
    }
    return inForceSlow(asked, byteCount, alignment)
  }

  @inline(never)
  private static func inForceSlow(_ asked: Int, _ byteCount: UInt, _ alignment: UInt) -> Pointer? {
    var block: Pointer?
    let isMade = swiftmalloc_aligned_by_other(
      Int32(asked), Int(bitPattern: alignment), Int(bitPattern: byteCount), &block)
    return isMade != 0 ? block : pointer(allocate(byteCount, alignment: alignment))
  }

  static func roundedToPowerOfTwo(_ alignment: UInt) -> UInt {
    if alignment <= leastAlignment { return leastAlignment }
    return 1 << UInt(UInt.bitWidth - (alignment - 1).leadingZeroBitCount)
  }

  /// POSIX 2024, posix_memalign(3): the result is an error number. Without memory errno is set, too, as by glibc.
  package static func posixMemalign(
    _ result: UnsafeMutablePointer<Pointer?>?, _ alignment: UInt, _ byteCount: UInt
  ) -> Int32 {
    let isPowerOfTwo = alignment & (alignment &- 1) == 0
    if !isPowerOfTwo || alignment < UInt(MemoryLayout<UInt>.size) { return invalid }
    let block = inForce(SWIFTMALLOC_POSIX_MEMALIGN, byteCount, max(alignment, leastAlignment))
    if block == nil { return outOfMemory }
    result?.pointee = block
    return 0
  }

  /// valloc(3): at a page's start.
  package static func valloc(_ byteCount: UInt) -> Pointer? {
    guard Process.startIfNeeded() else { return failure() }
    return inForce(SWIFTMALLOC_VALLOC, byteCount, UInt(System.pageSize))
  }

  /// pvalloc(3): whole pages, at a page's start.
  package static func pvalloc(_ byteCount: UInt) -> Pointer? {
    guard Process.startIfNeeded() else { return failure() }
    let pageSize = UInt(System.pageSize)
    let (padded, overflow) = byteCount.addingReportingOverflow(pageSize - 1)
    if overflow { return failure() }
    return inForce(SWIFTMALLOC_PVALLOC, padded & ~(pageSize - 1), pageSize)
  }

  /// The address of a block, or 0; errno stays. `alignment` is a power of two. Who asks matters in
  /// debug mode only.
  static func allocate(_ byteCount: UInt, alignment: UInt, kind: BlockKind = .cMalloc) -> UInt {
    if !ReadyThread.isReady, Process.startIfNeeded(), LiveCounts.isOn {
      return allocateCounted(
        byteCount, alignment: max(alignment, leastAlignment), kind: kind,
        isAligned: kind == .cMalloc
      ).address
    }
    if alignment > leastAlignment, Process.classes.areListed {
      return allocateListed(byteCount, alignment, kind)
    }
    if let rounded = roundedToMultiple(byteCount, max(alignment, leastAlignment)),
      let address = fast.allocate(rounded) ?? fast.allocateRefilling(rounded, rounded: rounded)
    {
      return address
    }
    return allocateSlowly(byteCount, max(alignment, leastAlignment), kind)
  }

  @inline(never)
  private static func allocateListed(
    _ byteCount: UInt, _ alignment: UInt, _ kind: BlockKind
  ) -> UInt {
    if case .production = Process.active, let rounded = rounded(byteCount, alignment) {
      return allocate(rounded, alignment: leastAlignment, kind: kind)
    }
    return allocateSlowly(byteCount, alignment, kind)
  }

  @inline(__always)
  private static func allocateSlowly(
    _ byteCount: UInt, _ alignment: UInt, _ kind: BlockKind
  ) -> UInt {
    if byteCount > largestRequest || alignment > largestRequest { return 0 }
    if let chosen = swiftmalloc_chosen_heap() {
      return allocate(byteCount, from: chosen, alignment: alignment, kind: kind)
    }
    let alignment = Int(alignment)
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

  /// The size of which every small block begins at a multiple of `alignment`, a power of two from 16 on; nil when only
  /// longer blocks do.
  @inline(__always)
  static func rounded(_ byteCount: UInt, _ alignment: UInt) -> UInt? {
    guard let rounded = roundedToMultiple(byteCount, alignment) else { return nil }
    return Process.classes.areListed ? listed(rounded, alignment) : rounded
  }

  @inline(never)
  private static func listed(_ byteCount: UInt, _ alignment: UInt) -> UInt {
    let (classes, byteCount) = (Process.classes, Int(bitPattern: byteCount))
    return UInt(classes.blockSize(classes.index(byteCount, alignment: Int(bitPattern: alignment))))
  }

  // The shortest blocks that hold so many bytes begin at multiples of the alignment, but for those of a list.
  @inline(__always)
  private static func roundedToMultiple(_ byteCount: UInt, _ alignment: UInt) -> UInt? {
    let longest = UInt(SizeClasses.largestBlock)
    if byteCount > longest || alignment > longest { return nil }
    let rounded = SizeClasses.roundUp(
      Int(bitPattern: byteCount), alignment: Int(bitPattern: alignment))
    return UInt(bitPattern: rounded)
  }
}
