// The exported names, one line each. The linker gives each function the C library's name, and the
// mangled names of C++'s operators, by the table in Package.swift; exports.map lets nothing else
// out. Under our own names the tests can call them beside the C library's.

import CShims
import Malloc

/// malloc(3), C23 7.24.3.6.
@c(swiftmalloc_malloc)
public func mallocC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.malloc(size) }

/// free(3), C23 7.24.3.3; cfree, free_sized, free_aligned_sized and every operator delete, which
/// pass more and need it not.
@c(swiftmalloc_free)
public func freeC(_ block: UnsafeMutableRawPointer?) { Malloc.free(block) }

/// calloc(3), C23 7.24.3.2.
@c(swiftmalloc_calloc)
public func callocC(_ count: UInt, _ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.calloc(count, size)
}

/// realloc(3), C23 7.24.3.7.
@c(swiftmalloc_realloc)
public func reallocC(_ block: UnsafeMutableRawPointer?, _ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.realloc(block, size)
}

/// reallocarray(3), POSIX 2024.
@c(swiftmalloc_reallocarray)
public func reallocarrayC(_ block: UnsafeMutableRawPointer?, _ count: UInt, _ size: UInt)
  -> UnsafeMutableRawPointer?
{ Malloc.reallocarray(block, count, size) }

/// memalign(3) and aligned_alloc(3), C23 7.24.3.1.
@c(swiftmalloc_memalign)
public func memalignC(_ alignment: UInt, _ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.memalign(alignment, size)
}

/// posix_memalign(3), POSIX 2024.
@c(swiftmalloc_posix_memalign)
public func posixMemalignC(
  _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ alignment: UInt, _ size: UInt
) -> Int32 { Malloc.posixMemalign(result, alignment, size) }

/// valloc(3).
@c(swiftmalloc_valloc)
public func vallocC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.valloc(size) }

/// pvalloc(3).
@c(swiftmalloc_pvalloc)
public func pvallocC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.pvalloc(size) }

/// malloc_usable_size(3).
@c(swiftmalloc_malloc_usable_size)
public func mallocUsableSizeC(_ block: UnsafeMutableRawPointer?) -> UInt {
  Malloc.usableSize(block)
}

/// malloc_trim(3).
@c(swiftmalloc_malloc_trim)
public func mallocTrimC(_ pad: UInt) -> Int32 { Malloc.trim() }

/// mallopt(3).
@c(swiftmalloc_mallopt)
public func malloptC(_ parameter: Int32, _ value: Int32) -> Int32 {
  Malloc.mallopt(parameter, value)
}

/// mallinfo(3).
@c(swiftmalloc_mallinfo_now)
public func mallinfoC() -> swiftmalloc_mallinfo { Malloc.mallinfo() }

/// mallinfo2(3).
@c(swiftmalloc_mallinfo2_now)
public func mallinfo2C() -> swiftmalloc_mallinfo2 { Malloc.mallinfo2() }

/// malloc_info(3).
@c(swiftmalloc_malloc_info)
public func mallocInfoC(_ options: Int32, _ stream: UnsafeMutableRawPointer?) -> Int32 {
  Malloc.info(options, stream)
}

/// malloc_stats(3).
@c(swiftmalloc_malloc_stats)
public func mallocStatsC() { Malloc.stats() }

/// operator new(size) and operator new[](size), C++23 17.6.3.
@c(swiftmalloc_new)
public func operatorNewC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.operatorNew(size) }

/// operator new(size, align) and its array form.
@c(swiftmalloc_new_aligned)
public func operatorNewAlignedC(_ size: UInt, _ alignment: UInt) -> UnsafeMutableRawPointer? {
  Malloc.operatorNew(size, alignment: alignment)
}

/// operator new(size, nothrow) and its array form.
@c(swiftmalloc_new_nothrow)
public func operatorNewNothrowC(_ size: UInt, _ tag: UnsafeRawPointer?)
  -> UnsafeMutableRawPointer?
{ Malloc.operatorNewOrNull(size, alignment: 16, tag: tag) }

/// operator new(size, align, nothrow) and its array form.
@c(swiftmalloc_new_aligned_nothrow)
public func operatorNewAlignedNothrowC(
  _ size: UInt, _ alignment: UInt, _ tag: UnsafeRawPointer?
) -> UnsafeMutableRawPointer? { Malloc.operatorNewOrNull(size, alignment: alignment, tag: tag) }
