// malloc and free of a heap that one thread uses, or several one after the other: the fast paths of the process' heap, and
// then its slow ones.

import Memory

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
    if byteCount <= SizeClasses.largestBlock {
      let address = allocateQuickly(byteCount)
      return address == 0 ? 0 : zeroed(address)
    }
    let block = allocate(byteCount)
    if block.address != 0, !block.isZero {
      ZeroFill.clear(
        block.address, byteCount: min(usableSize(block.address), block.dirtyByteCount))
    }
    return block.address
  }

  /// Makes all bytes of a small block zero.
  private func zeroed(_ address: UInt) -> UInt {
    UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped.initializeMemory(
      as: UInt8.self, repeating: 0, count: usableSize(address))
    return address
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
