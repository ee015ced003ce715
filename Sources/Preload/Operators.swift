// C++'s replaceable allocation functions, one line each, as in Exports.swift. C++23 17.6.3.

import CShims
import Malloc

/// operator new(size).
@c(swiftmalloc_new)
public func operatorNewC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.operatorNew(size) }

/// operator new[](size).
@c(swiftmalloc_new_array)
public func operatorNewArrayC(_ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.operatorNewArray(size)
}

/// operator new(size, align).
@c(swiftmalloc_new_aligned)
public func operatorNewAlignedC(_ size: UInt, _ alignment: UInt) -> UnsafeMutableRawPointer? {
  Malloc.operatorNew(size, alignment: alignment)
}

/// operator new[](size, align).
@c(swiftmalloc_new_array_aligned)
public func operatorNewArrayAlignedC(_ size: UInt, _ alignment: UInt) -> UnsafeMutableRawPointer? {
  Malloc.operatorNewArray(size, alignment: alignment)
}

/// operator new(size, nothrow).
@c(swiftmalloc_new_nothrow)
public func operatorNewNothrowC(_ size: UInt, _ tag: UnsafeRawPointer?)
  -> UnsafeMutableRawPointer?
{ Malloc.operatorNewOrNull(size, alignment: 16, tag: tag) }

/// operator new[](size, nothrow).
@c(swiftmalloc_new_array_nothrow)
public func operatorNewArrayNothrowC(_ size: UInt, _ tag: UnsafeRawPointer?)
  -> UnsafeMutableRawPointer?
{ Malloc.operatorNewArrayOrNull(size, alignment: 16, tag: tag) }

/// operator new(size, align, nothrow).
@c(swiftmalloc_new_aligned_nothrow)
public func operatorNewAlignedNothrowC(
  _ size: UInt, _ alignment: UInt, _ tag: UnsafeRawPointer?
) -> UnsafeMutableRawPointer? { Malloc.operatorNewOrNull(size, alignment: alignment, tag: tag) }

/// operator new[](size, align, nothrow).
@c(swiftmalloc_new_array_aligned_nothrow)
public func operatorNewArrayAlignedNothrowC(
  _ size: UInt, _ alignment: UInt, _ tag: UnsafeRawPointer?
) -> UnsafeMutableRawPointer? {
  Malloc.operatorNewArrayOrNull(size, alignment: alignment, tag: tag)
}

/// operator delete(block), with and without nothrow.
@c(swiftmalloc_delete)
public func operatorDeleteC(_ block: UnsafeMutableRawPointer?) {
  Malloc.operatorDelete(block)
}

/// operator delete[](block), with and without nothrow.
@c(swiftmalloc_delete_array)
public func operatorDeleteArrayC(_ block: UnsafeMutableRawPointer?) {
  Malloc.operatorDeleteArray(block)
}

/// operator delete(block, size).
@c(swiftmalloc_delete_sized)
public func operatorDeleteSizedC(_ block: UnsafeMutableRawPointer?, _ size: UInt) {
  Malloc.operatorDelete(block, size: size)
}

/// operator delete[](block, size).
@c(swiftmalloc_delete_array_sized)
public func operatorDeleteArraySizedC(_ block: UnsafeMutableRawPointer?, _ size: UInt) {
  Malloc.operatorDeleteArray(block, size: size)
}

/// operator delete(block, align), with and without nothrow.
@c(swiftmalloc_delete_aligned)
public func operatorDeleteAlignedC(_ block: UnsafeMutableRawPointer?, _ alignment: UInt) {
  Malloc.operatorDelete(block, alignment: alignment)
}

/// operator delete[](block, align), with and without nothrow.
@c(swiftmalloc_delete_array_aligned)
public func operatorDeleteArrayAlignedC(_ block: UnsafeMutableRawPointer?, _ alignment: UInt) {
  Malloc.operatorDeleteArray(block, alignment: alignment)
}

/// operator delete(block, size, align).
@c(swiftmalloc_delete_sized_aligned)
public func operatorDeleteSizedAlignedC(
  _ block: UnsafeMutableRawPointer?, _ size: UInt, _ alignment: UInt
) { Malloc.operatorDelete(block, size: size, alignment: alignment) }

/// operator delete[](block, size, align).
@c(swiftmalloc_delete_array_sized_aligned)
public func operatorDeleteArraySizedAlignedC(
  _ block: UnsafeMutableRawPointer?, _ size: UInt, _ alignment: UInt
) { Malloc.operatorDeleteArray(block, size: size, alignment: alignment) }

/// Gives the operators their names, as `exportFunctions` does.
@c(swiftmalloc_export_these_operators)
public func exportOperators() { swiftmalloc_export_operators() }
