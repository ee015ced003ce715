// The exported names, one line each. The linker gives each function the C library's name, and the
// mangled names of C++'s operators, by the table in Package.swift; exports.map lets nothing else
// out. Under our own names the tests can call them beside the C library's.

import CShims
import Malloc

@c(swiftmalloc_malloc)
public func mallocC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.malloc(size) }

@c(swiftmalloc_free)
public func freeC(_ block: UnsafeMutableRawPointer?) { Malloc.free(block) }

@c(swiftmalloc_calloc)
public func callocC(_ count: UInt, _ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.calloc(count, size)
}

@c(swiftmalloc_realloc)
public func reallocC(_ block: UnsafeMutableRawPointer?, _ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.realloc(block, size)
}

@c(swiftmalloc_reallocarray)
public func reallocarrayC(_ block: UnsafeMutableRawPointer?, _ count: UInt, _ size: UInt)
  -> UnsafeMutableRawPointer?
{ Malloc.reallocarray(block, count, size) }

@c(swiftmalloc_memalign)
public func memalignC(_ alignment: UInt, _ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.memalign(alignment, size)
}

@c(swiftmalloc_posix_memalign)
public func posixMemalignC(
  _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ alignment: UInt, _ size: UInt
) -> Int32 { Malloc.posixMemalign(result, alignment, size) }

@c(swiftmalloc_valloc)
public func vallocC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.valloc(size) }

@c(swiftmalloc_pvalloc)
public func pvallocC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.pvalloc(size) }

@c(swiftmalloc_malloc_usable_size)
public func mallocUsableSizeC(_ block: UnsafeMutableRawPointer?) -> UInt {
  Malloc.usableSize(block)
}

@c(swiftmalloc_malloc_trim)
public func mallocTrimC(_ pad: UInt) -> Int32 { Malloc.trim() }

@c(swiftmalloc_mallopt)
public func malloptC(_ parameter: Int32, _ value: Int32) -> Int32 {
  Malloc.mallopt(parameter, value)
}

@c(swiftmalloc_mallinfo_now)
public func mallinfoC() -> swiftmalloc_mallinfo { Malloc.mallinfo() }

@c(swiftmalloc_mallinfo2_now)
public func mallinfo2C() -> swiftmalloc_mallinfo2 { Malloc.mallinfo2() }

@c(swiftmalloc_malloc_info)
public func mallocInfoC(_ options: Int32, _ stream: UnsafeMutableRawPointer?) -> Int32 {
  Malloc.info(options, stream)
}

@c(swiftmalloc_malloc_stats)
public func mallocStatsC() { Malloc.stats() }

@c(swiftmalloc_new)
public func operatorNewC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.operatorNew(size) }

@c(swiftmalloc_new_aligned)
public func operatorNewAlignedC(_ size: UInt, _ alignment: UInt) -> UnsafeMutableRawPointer? {
  Malloc.operatorNew(size, alignment: alignment)
}

@c(swiftmalloc_new_nothrow)
public func operatorNewNothrowC(_ size: UInt, _ tag: UnsafeRawPointer?)
  -> UnsafeMutableRawPointer?
{ Malloc.operatorNewOrNull(size, alignment: 16, tag: tag) }

@c(swiftmalloc_new_aligned_nothrow)
public func operatorNewAlignedNothrowC(
  _ size: UInt, _ alignment: UInt, _ tag: UnsafeRawPointer?
) -> UnsafeMutableRawPointer? { Malloc.operatorNewOrNull(size, alignment: alignment, tag: tag) }
