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
    release(block, .cFree, size, alignment)
  }

  /// operator delete, with the size and the alignment that it is told.
  @inline(__always)
  package static func operatorDelete(
    _ block: Pointer?, size: UInt = unknown, alignment: UInt = 0
  ) { release(block, .operatorDelete, size, alignment) }

  /// operator delete[], in the same manner.
  @inline(__always)
  package static func operatorDeleteArray(
    _ block: Pointer?, size: UInt = unknown, alignment: UInt = 0
  ) { release(block, .operatorDeleteArray, size, alignment) }

  @inline(__always)
  private static func release(
    _ block: Pointer?, _ function: Release.Function, _ size: UInt, _ alignment: UInt
  ) {
    let address = UInt(bitPattern: block)
    if Cache.giveBack(address) { return }
    releaseSlowly(address, function, size, alignment)
    swiftmalloc_end_slow_path()
  }

  @inline(never)
  private static func releaseSlowly(
    _ address: UInt, _ function: Release.Function, _ size: UInt, _ alignment: UInt
  ) {
    if address == 0 { return }
    if isForwarded(address, function, size) { return }
    if let record = PageMap.fastRecord(address) {
      if Cache.setAside(address, record) { return }
    } else if Cache.giveBackCounted(address) {
      return
    }
    releaseVerySlowly(address, function, size, alignment)
  }

  @inline(never)
  private static func releaseVerySlowly(
    _ address: UInt, _ function: Release.Function, _ size: UInt, _ alignment: UInt
  ) {
    // What aligned_alloc made of such an alignment.
    let isOdd = alignment & (alignment &- 1) != 0 && alignment <= largestRequest
    let release = Release(
      function, size: Int(bitPattern: size),
      alignment: Int(bitPattern: isOdd ? roundedToPowerOfTwo(alignment) : alignment))
    if LiveCounts.isOn { return freeCounted(address, release) }
    switch Process.active {
    case .production(let heap): heap.free(address)
    case .debug(let heap): heap.free(address, release)
    case .none: break
    }
  }

  /// The sized forms of operator delete call the plain one, which a program may have replaced together
  /// with operator new, while the compiler calls the sized ones. C++23 17.6.3.3.
  private static func isForwarded(
    _ address: UInt, _ function: Release.Function, _ size: UInt
  ) -> Bool {
    if size == unknown { return false }
    let which: Int
    switch function {
    case .operatorDelete: which = SWIFTMALLOC_DELETE
    case .operatorDeleteArray: which = SWIFTMALLOC_DELETE_ARRAY
    default: return false
    }
    return swiftmalloc_forward_delete(Pointer(bitPattern: address), Int32(which)) != 0
  }
}
