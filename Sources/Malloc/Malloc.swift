// malloc, free and their kin: what the C functions mean. The first lines of malloc and free are the
// fast path, which is inlined into the exported functions and calls nothing; everything else is out
// of line.

import CShims
import DebugHeap
import Heap
import Heaps
import Live
import Memory
import Platform

package enum Malloc {
  package typealias Pointer = UnsafeMutableRawPointer

  static let outOfMemory: Int32 = 12
  static let invalid: Int32 = 22

  /// The fast paths of a process that does not count calls, and of one that does.
  @inline(__always)
  static var fast: FastPath<ProcessPolicy> { FastPath(ReadyThread()) }
  @inline(__always)
  static var counted: FastPath<CountingPolicy> { FastPath(CountingThread()) }

  /// A block of at least `byteCount` bytes; null and ENOMEM when there is none.
  /// C23 7.24.3.6, malloc(3): a size of 0 gives a unique block.
  @inline(__always)
  package static func malloc(_ byteCount: UInt) -> Pointer? {
    if let address = fast.allocate(byteCount) {
      return Pointer(bitPattern: address).unsafelyUnwrapped
    }
    return mallocRest(byteCount)
  }

  // Each step apart, so that the ones before it save no registers.
  @inline(never)
  private static func mallocRest(_ byteCount: UInt) -> Pointer? {
    ReadyThread.isReady ? mallocRefill(byteCount) : mallocCounted(byteCount)
  }

  @inline(never)
  private static func mallocRefill(_ byteCount: UInt) -> Pointer? {
    if let address = fast.allocateRefilling(byteCount, rounded: byteCount) {
      return Pointer(bitPattern: address).unsafelyUnwrapped
    }
    return mallocSlow(byteCount)
  }

  @inline(never)
  private static func mallocCounted(_ byteCount: UInt) -> Pointer? {
    if let address = counted.allocate(byteCount) {
      return Pointer(bitPattern: address).unsafelyUnwrapped
    }
    return mallocCountedRefill(byteCount)
  }

  @inline(never)
  private static func mallocCountedRefill(_ byteCount: UInt) -> Pointer? {
    if let address = counted.allocateRefilling(byteCount, rounded: byteCount) {
      return Pointer(bitPattern: address).unsafelyUnwrapped
    }
    return mallocSlow(byteCount)
  }

  @inline(never)
  private static func mallocSlow(_ byteCount: UInt) -> Pointer? {
    pointer(allocate(byteCount).address)
  }

  /// Frees a block; null is nothing. C23 7.24.3.3, free(3). errno stays (POSIX 2024).
  @inline(__always)
  package static func free(_ block: Pointer?) {
    let address = UInt(bitPattern: block)
    if PageMap.withFastRecord(address, { fast.free(address, $0) }) { return }
    freeRest(address)
    swiftmalloc_end_slow_path()
  }

  @inline(never)
  private static func freeRest(_ address: UInt) {
    if PageMap.fastRecord(address) == nil { return freeCounted(address) }
    if !freeSmall(address) { freeSlow(address) }
  }

  // The way of every small block in a process that counts calls, and of what is no small block in every other.
  @inline(never)
  private static func freeCounted(_ address: UInt) {
    if PageMap.withWindowRecord(address, { counted.free(address, $0) }) { return }
    freeCountedRest(address)
  }

  @inline(never)
  private static func freeCountedRest(_ address: UInt) {
    if !freeSmall(address) { freeSlow(address) }
  }

  /// Frees a small block without a lock, where the first of the fast paths did not; whether it is done.
  @inline(__always)
  static func freeSmall(_ address: UInt) -> Bool {
    if let record = PageMap.fastRecord(address) {
      return fast.freeWord(address, record) || fast.batchRemoteFree(address, record)
    }
    guard let record = PageMap.windowRecord(address) else { return false }
    return counted.freeWord(address, record)
  }

  // Apart, so that a batched free saves few registers.
  @inline(never)
  private static func freeSlow(_ address: UInt) {
    // Where mappings lie low, as under Valgrind, the window has a record for null.
    if address == 0 { return }
    if HeapTable.isUsed, LibraryHeap.freeQuickly(address, processHeap: Process.productionHeap) {
      return
    }
    if LiveCounts.isOn { return freeCounted(address, Deallocation(.cFree)) }
    switch Process.active {
    case .production(let heap): free(address, in: heap)
    case .debug(let heap): free(address, Deallocation(.cFree), in: heap)
    case .none: break
    }
  }

  /// A block for `count` elements of `size` bytes, all zero. C23 7.24.3.2, calloc(3).
  package static func calloc(_ count: UInt, _ size: UInt) -> Pointer? {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: size)
    if overflow { return failure() }
    if let block = fast.allocateBlock(byteCount) {
      // As far as malloc_usable_size tells, to which programs grow by realloc.
      return zeroed(block.address, block.byteCount)
    }
    return callocSlowly(byteCount)
  }

  @inline(never)
  private static func callocSlowly(_ byteCount: UInt) -> Pointer? {
    let block = allocate(byteCount)
    if block.isZero || block.address == 0 { return pointer(block.address) }
    let usable = usableSize(Pointer(bitPattern: block.address))
    let dirty = min(usable, UInt(bitPattern: block.dirtyByteCount))
    if dirty <= SizeClasses.largestBlock || dirty % UInt(System.pageSize) != 0 {
      return zeroed(block.address, dirty)
    }
    ZeroFill.clear(block.address, byteCount: Int(dirty))
    return pointer(block.address)
  }

  @inline(__always)
  static func zeroed(_ address: UInt, _ byteCount: UInt) -> Pointer? {
    let block = Pointer(bitPattern: address).unsafelyUnwrapped
    block.initializeMemory(as: UInt8.self, repeating: 0, count: Int(bitPattern: byteCount))
    return block
  }

  /// The block with another size, moved if it must be; on failure null and ENOMEM, and the block
  /// stays. C23 7.24.3.7, realloc(3): null allocates; a size of 0 does what the C library's own does: glibc's frees and
  /// gives null, musl's gives a block.
  package static func realloc(_ block: Pointer?, _ byteCount: UInt) -> Pointer? {
    guard let block else { return malloc(byteCount) }
    if byteCount == 0, swiftmalloc_keeps_empty_blocks() == 0 {
      free(block)
      return nil
    }
    if byteCount > largestRequest { return failure() }
    let address = UInt(bitPattern: block)
    if HeapTable.isUsed, let new = reallocateInHeap(address, to: Int(byteCount)) {
      return pointer(new)
    }
    if LiveCounts.isOn { return pointer(reallocateCounted(address, to: Int(byteCount))) }
    switch Process.active {
    case .production(let heap): return pointer(heap.reallocate(address, to: Int(byteCount)))
    case .debug(let heap): return pointer(heap.reallocate(address, to: Int(byteCount)))
    case .none: return failure()
    }
  }

  /// As realloc for `count` elements of `size` bytes, by the realloc that is in force. POSIX 2024, reallocarray(3).
  package static func reallocarray(_ block: Pointer?, _ count: UInt, _ size: UInt) -> Pointer? {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: size)
    if overflow { return failure() }
    if let other = swiftmalloc_other_realloc() { return other(block, Int(bitPattern: byteCount)) }
    return realloc(block, byteCount)
  }

  /// Bytes that may be used of a block, at least what was asked for; 0 for null and for addresses
  /// that begin no block. malloc_usable_size(3).
  package static func usableSize(_ block: Pointer?) -> UInt {
    let address = UInt(bitPattern: block)
    if address == 0 { return 0 }
    switch Process.active {
    case .production(let heap):
      if HeapTable.isUsed, let byteCount = ownUsableSize(address) { return byteCount }
      return UInt(heap.usableSize(address))
    case .debug(let heap): return UInt(heap.usableSize(address))
    case .none: return 0
    }
  }

  // MARK: What the other files use

  /// Longer blocks than any address space holds are refused before they are added up and rounded.
  static let largestRequest: UInt = 1 << 56

  /// A block, without setting errno.
  static func allocate(_ byteCount: UInt) -> NewBlock {
    if byteCount > largestRequest || !Process.startIfNeeded() { return .none }
    if LiveCounts.isOn { return allocateCounted(byteCount, alignment: 16, kind: .cMalloc) }
    return allocateUncounted(byteCount)
  }

  // Apart, so that a counted call saves no registers.
  @inline(never)
  private static func allocateUncounted(_ byteCount: UInt) -> NewBlock {
    if let chosen = swiftmalloc_chosen_heap() {
      return NewBlock(address: allocate(byteCount, from: chosen), isZero: false)
    }
    switch Process.active {
    case .production(let heap): return heap.allocate(Int(byteCount))
    case .debug(let heap): return heap.allocate(Int(byteCount))
    case .none: return .none
    }
  }

  /// The block, or null and ENOMEM for 0.
  @inline(__always)
  static func pointer(_ address: UInt) -> Pointer? {
    if address == 0 { return failure() }
    return Pointer(bitPattern: address)
  }

  /// Null with errno set.
  @inline(never)
  static func failure(_ error: Int32 = outOfMemory) -> Pointer? {
    swiftmalloc_set_errno(error)
    return nil
  }
}
