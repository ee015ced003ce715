// malloc and free of a heap that one thread uses, or several one after the other: the fast paths of the process' heap, and
// then its slow ones.

import Memory

/// A heap, in a module that has another type of that name.
package typealias CoreHeap<Policy: HeapPolicy> = Heap<Policy>

/// Whatever its pages.
@usableFromInline
enum QuickPolicy: FastPathPolicy {
  @usableFromInline typealias Threads = SoleThread
  @usableFromInline typealias Observer = NoObserver
}

/// The fast paths of a heap of one thread, whose addresses are all that is known of it: the same for every source of pages.
@usableFromInline
package struct QuickPath {
  @usableFromInline let fast: FastPath<QuickPolicy>

  @inlinable @inline(__always)
  package init(_ cacheAddress: UInt) {
    fast = FastPath(SoleThread(UnsafeMutablePointer(bitPattern: cacheAddress).unsafelyUnwrapped))
  }

  /// The first of them for a block of at least `byteCount` bytes; nil when another has to find one.
  @inlinable @inline(__always)
  package func allocateFirst(_ byteCount: UInt) -> UInt? { fast.allocate(byteCount) }

  /// A block of at least `byteCount` bytes; nil when the slow path has to find one.
  package func allocate(_ byteCount: Int) -> UInt? {
    let size = UInt(bitPattern: byteCount)
    return fast.allocate(size) ?? fast.allocateRefilling(size, rounded: size)
  }

  /// The same of free, of a block whose record is known.
  @inlinable @inline(__always)
  package func freeFirst(_ address: UInt, _ record: UnsafeMutablePointer<SpanRecord>) -> Bool {
    fast.free(address, record)
  }

  /// Frees a small block of the heap; false when the slow path has to look at it.
  package func free(_ address: UInt) -> Bool {
    guard let record = PageMap.record(address) else { return false }
    return free(address, record)
  }

  /// The same of a block whose record is known.
  package func free(_ address: UInt, _ record: UnsafeMutablePointer<SpanRecord>) -> Bool {
    fast.free(address, record) || fast.freeWord(address, record)
  }
}

extension Heap where Policy.Threads == SoleThread {
  @inline(__always)
  private var fast: FastPath<Policy> { FastPath(threads) }

  /// The address of a block of at least `byteCount` ≤ PTRDIFF_MAX bytes, aligned to 16; 0 when there is no memory for it.
  @inline(__always)
  package func allocateQuickly(_ byteCount: Int) -> UInt {
    let size = UInt(bitPattern: byteCount)
    if let address = fast.allocate(size) ?? fast.allocateRefilling(size, rounded: size) {
      return address
    }
    return allocate(byteCount).address
  }

  /// As `allocateQuickly`, at a multiple of `alignment`, a power of two.
  package func allocateQuickly(_ byteCount: Int, alignment: Int) -> UInt {
    alignment <= 16 ? allocateQuickly(byteCount) : allocate(byteCount, alignment: alignment).address
  }

  /// As `allocateQuickly`, and all bytes that may be used are zero.
  package func allocateZeroed(_ byteCount: Int) -> UInt {
    zeroed(
      byteCount <= SizeClasses.largestBlock
        ? NewBlock(address: allocateQuickly(byteCount), isZero: false) : allocate(byteCount))
  }

  /// Frees a block. What is no live block of the heap is told, and nothing is done.
  @inline(__always)
  package func freeQuickly(_ address: UInt) -> BadFree? {
    if let record = PageMap.record(address),
      fast.free(address, record) || fast.freeWord(address, record)
    {
      return nil
    }
    return tryFree(address)
  }
}
