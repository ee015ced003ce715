// The frees that are told more than the block: sized, aligned, and C++'s operator delete. Production
// ignores what they are told; the debug heap compares it with what it knows.

import CShims
import DebugHeap
import Heap
import Live
import Memory
import Platform

extension Malloc {
  package static let unknown = UInt.max

  /// free_sized and free_aligned_sized, C23 7.24.3.4 and 7.24.3.5.
  @inline(__always)
  package static func freeSized(_ block: Pointer?, _ size: UInt, alignment: UInt = 0) {
    releaseSized(block, .cFree, size, alignment)
  }

  /// cfree, which is free.
  package static func cfree(_ block: Pointer?) {
    if let other = swiftmalloc_other_free() { return other(block) }
    free(block)
  }

  /// operator delete, with the alignment that it is told.
  @inline(__always)
  package static func operatorDelete(_ block: Pointer?, alignment: UInt = 0) {
    release(block, .operatorDelete, unknown, alignment, PageMap.withFastRecord)
  }

  /// operator delete, with the size and the alignment that it is told.
  @inline(__always)
  package static func operatorDelete(_ block: Pointer?, size: UInt, alignment: UInt = 0) {
    releaseSized(block, .operatorDelete, size, alignment)
  }

  /// operator delete[], in the same manner.
  @inline(__always)
  package static func operatorDeleteArray(_ block: Pointer?, alignment: UInt = 0) {
    release(block, .operatorDeleteArray, unknown, alignment, PageMap.withFastRecord)
  }

  /// operator delete[], with the size and the alignment that it is told.
  @inline(__always)
  package static func operatorDeleteArray(_ block: Pointer?, size: UInt, alignment: UInt = 0) {
    releaseSized(block, .operatorDeleteArray, size, alignment)
  }

  @inline(__always)
  private static func releaseSized(
    _ block: Pointer?, _ function: Deallocation.Function, _ size: UInt, _ alignment: UInt
  ) {
    release(block, function, size, alignment, PageMap.withSizedRecord)
  }

  @inline(__always)
  private static func release(
    _ block: Pointer?, _ function: Deallocation.Function, _ size: UInt, _ alignment: UInt,
    _ withRecord: (UInt, (UnsafeMutablePointer<SpanRecord>) -> Bool) -> Bool
  ) {
    let address = UInt(bitPattern: block)
    if withRecord(address, { fast.free(address, $0) }) { return }
    releaseSlowly(address, function, size, alignment)
    swiftmalloc_end_slow_path()
  }

  @inline(never)
  private static func releaseSlowly(
    _ address: UInt, _ function: Deallocation.Function, _ size: UInt, _ alignment: UInt
  ) {
    if address == 0 { return }
    if isForwarded(address, function, size, alignment) { return }
    if PageMap.fastRecord(address) == nil,
      PageMap.withWindowRecord(address, { counted.free(address, $0) })
    {
      return
    }
    releaseRest(address, function, size, alignment)
  }

  @inline(never)
  private static func releaseRest(
    _ address: UInt, _ function: Deallocation.Function, _ size: UInt, _ alignment: UInt
  ) {
    if freeSmall(address) { return }
    releaseVerySlowly(address, function, size, alignment)
  }

  @inline(never)
  private static func releaseVerySlowly(
    _ address: UInt, _ function: Deallocation.Function, _ size: UInt, _ alignment: UInt
  ) {
    // What aligned_alloc made of such an alignment.
    let isOdd = alignment & (alignment &- 1) != 0 && alignment <= largestRequest
    let release = Deallocation(
      function, size: Int(bitPattern: size),
      alignment: Int(bitPattern: isOdd ? roundedToPowerOfTwo(alignment) : alignment))
    if LiveCounts.isOn { return freeCounted(address, release) }
    switch Process.active {
    case .production(let heap): free(address, in: heap)
    case .debug(let heap): free(address, release, in: heap)
    case .none: break
    }
  }

  /// The sized forms of operator delete call the one without the size, which a program may have replaced together
  /// with operator new, while the compiler calls the sized ones. C++23 17.6.3.3. free_sized is free.
  private static func isForwarded(
    _ address: UInt, _ function: Deallocation.Function, _ size: UInt, _ alignment: UInt
  ) -> Bool {
    if size == unknown { return false }
    let block = Pointer(bitPattern: address)
    let which: Int
    switch function {
    case .operatorDelete:
      which = alignment == 0 ? SWIFTMALLOC_DELETE : SWIFTMALLOC_DELETE_ALIGNED
    case .operatorDeleteArray:
      which = alignment == 0 ? SWIFTMALLOC_DELETE_ARRAY : SWIFTMALLOC_DELETE_ARRAY_ALIGNED
    default:
      guard let other = swiftmalloc_other_free() else { return false }
      other(block)
      return true
    }
    return swiftmalloc_forward_delete(block, Int32(which), Int(bitPattern: alignment)) != 0
  }
}
