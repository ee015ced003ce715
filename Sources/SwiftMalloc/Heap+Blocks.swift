// Single blocks.

import Memory

extension Heap {
  // No computation of lengths overflows below it.
  private static var longest: Int { 1 << 47 }

  /// A block of `byteCount` bytes, whatever they hold, at a multiple of `alignment`, a power of two. Every block is at a
  /// multiple of 16. Nil when there is no memory for it, or when the limit does not allow it.
  @inlinable @inline(__always)
  public borrowing func allocate(byteCount: Int, alignment: Int = 16, zeroed: Bool = false)
    -> UnsafeMutableRawPointer?
  {
    if Policy.isQuick, Policy.zeroing != .whenAllocated, !zeroed, alignment == 16,
      let address = parts.allocateQuickly(UInt(bitPattern: byteCount))
    {
      return UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    }
    return allocateSlowly(byteCount, alignment, zeroed)
  }

  @usableFromInline @inline(never)
  borrowing func allocateSlowly(_ byteCount: Int, _ alignment: Int, _ zeroed: Bool)
    -> UnsafeMutableRawPointer?
  {
    precondition(alignment > 0 && alignment & (alignment - 1) == 0, "alignment is a power of two")
    if byteCount < 0 || byteCount > Self.longest || alignment > Self.longest { return nil }
    return UnsafeMutableRawPointer(
      bitPattern: parts.locked { parts.allocate(byteCount, max(alignment, 16), zeroed) })
  }

  /// Frees a block; nil is nothing. What is no live block of the heap ends the process with one line that says so.
  @inlinable @inline(__always)
  public borrowing func deallocate(_ block: UnsafeMutableRawPointer?) {
    let address = UInt(bitPattern: block)
    if Policy.isQuick, Policy.zeroing != .whenFreed, !Policy.isBump, parts.freeQuickly(address) {
      return
    }
    deallocateSlowly(address)
  }

  @usableFromInline @inline(never)
  borrowing func deallocateSlowly(_ address: UInt) {
    if address != 0 { parts.free(address) }
  }

  /// The block with at least `byteCount` bytes, maybe at another address; a new one for nil. Nil when there is no memory: then
  /// the old one stays as it is.
  public borrowing func reallocate(_ block: UnsafeMutableRawPointer?, byteCount: Int)
    -> UnsafeMutableRawPointer?
  {
    guard let block else { return allocate(byteCount: byteCount) }
    if byteCount < 0 || byteCount > Self.longest { return nil }
    return UnsafeMutableRawPointer(
      bitPattern: parts.locked { parts.reallocate(UInt(bitPattern: block), byteCount) })
  }

  /// Bytes of a live block that may be used, at least what was asked for; 0 when no live block of the heap begins there.
  public borrowing func usableSize(of block: UnsafeMutableRawPointer) -> Int {
    parts.locked { parts.usableSize(UInt(bitPattern: block)) }
  }

  /// Whether a live block of the heap begins there.
  public borrowing func owns(_ block: UnsafeMutableRawPointer) -> Bool {
    usableSize(of: block) > 0
  }
}
