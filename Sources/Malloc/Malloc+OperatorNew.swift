// C++'s operator new: as malloc, but a failure calls the program's new-handler again and again until
// there is memory, or there is no handler; then std::bad_alloc is thrown. The C++ library is not
// linked: without one in the process the failure ends it with a message. Above 16 an alignment is a power of two, or
// there is no such block.

import CShims
import DebugHeap
import Heap
import Memory
import Platform

extension Malloc {
  /// operator new(size).
  @inline(__always)
  package static func operatorNew(_ byteCount: UInt) -> Pointer? {
    if let block = takeFast(byteCount) { return block }
    return operatorNew(byteCount, alignment: 16)
  }

  /// operator new[](size).
  @inline(__always)
  package static func operatorNewArray(_ byteCount: UInt) -> Pointer? {
    if let block = takeFast(byteCount) { return block }
    return operatorNewArray(byteCount, alignment: 16)
  }

  @inline(__always)
  private static func takeFast(_ byteCount: UInt) -> Pointer? {
    fast.allocate(byteCount).map { Pointer(bitPattern: $0).unsafelyUnwrapped }
  }

  /// operator new(size, align).
  @inline(__always)
  package static func operatorNew(_ byteCount: UInt, alignment: UInt) -> Pointer? {
    swiftmalloc_new_slowly(
      Int(bitPattern: byteCount), Int(bitPattern: alignment),
      { Malloc.allocate($0, $1, for: .operatorNew) }, { Malloc.operatorNewFailed($0) })
  }

  /// operator new[](size, align).
  @inline(__always)
  package static func operatorNewArray(_ byteCount: UInt, alignment: UInt) -> Pointer? {
    swiftmalloc_new_slowly(
      Int(bitPattern: byteCount), Int(bitPattern: alignment),
      { Malloc.allocate($0, $1, for: .operatorNewArray) }, { Malloc.operatorNewFailed($0) })
  }

  /// operator new(size, nothrow) with and without alignment.
  @inline(__always)
  package static func operatorNewOrNull(
    _ byteCount: UInt, alignment: UInt, tag: UnsafeRawPointer?
  ) -> Pointer? {
    if alignment <= 16, !Process.newIsReplaced, let block = takeFast(byteCount) { return block }
    return swiftmalloc_new_nothrow_slowly(
      Int(bitPattern: byteCount), Int(bitPattern: alignment), tag,
      { Malloc.allocate($0, $1, for: .operatorNew) }, 0)
  }

  /// operator new[](size, nothrow) with and without alignment.
  @inline(__always)
  package static func operatorNewArrayOrNull(
    _ byteCount: UInt, alignment: UInt, tag: UnsafeRawPointer?
  ) -> Pointer? {
    if alignment <= 16, !Process.newIsReplaced, let block = takeFast(byteCount) { return block }
    return swiftmalloc_new_nothrow_slowly(
      Int(bitPattern: byteCount), Int(bitPattern: alignment), tag,
      { Malloc.allocate($0, $1, for: .operatorNewArray) }, 1)
  }

  private static func allocate(_ byteCount: Int, _ alignment: Int, for kind: BlockKind) -> Pointer?
  {
    if !ReadyThread.isReady, alignment <= 16,
      let address = counted.allocate(UInt(bitPattern: byteCount))
    {
      return Pointer(bitPattern: address)
    }
    return allocateAnyhow(byteCount, alignment, for: kind)
  }

  // Apart, so that a process that counts saves no registers.
  @inline(never)
  private static func allocateAnyhow(
    _ byteCount: Int, _ alignment: Int, for kind: BlockKind
  ) -> Pointer? {
    if alignment > 16, alignment & (alignment - 1) != 0 { return nil }
    return Pointer(
      bitPattern: allocate(
        UInt(bitPattern: byteCount), alignment: max(UInt(bitPattern: alignment), 16),
        kind: kind))
  }

  private static func operatorNewFailed(_ byteCount: Int) {
    var message = Message()
    message.head("ERROR")
    message.text("out-of-memory: operator new of ")
    message.decimal(UInt(bitPattern: byteCount))
    message.text(byteCount == 1 ? " byte" : " bytes")
    message.text(" failed, and no C++ library is loaded that could throw std::bad_alloc")
    message.endLine()
    swiftmalloc_abort()
  }
}
