// The exported functions, one line each. CShims/include/exports.h gives each of them the C library's name;
// exports.map lets nothing else out.

import CShims
import Malloc

/// malloc(3), C23 7.24.3.6.
@c(swiftmalloc_malloc)
public func mallocC(_ size: UInt) -> UnsafeMutableRawPointer? { Malloc.malloc(size) }

/// free(3), C23 7.24.3.3.
@c(swiftmalloc_free)
public func freeC(_ block: UnsafeMutableRawPointer?) { Malloc.free(block) }

/// cfree(3).
@c(swiftmalloc_cfree)
public func cfreeC(_ block: UnsafeMutableRawPointer?) { Malloc.cfree(block) }

/// free_sized, C23 7.24.3.4.
@c(swiftmalloc_free_sized)
public func freeSizedC(_ block: UnsafeMutableRawPointer?, _ size: UInt) {
  Malloc.freeSized(block, size)
}

/// free_aligned_sized, C23 7.24.3.5.
@c(swiftmalloc_free_aligned_sized)
public func freeAlignedSizedC(
  _ block: UnsafeMutableRawPointer?, _ alignment: UInt, _ size: UInt
) { Malloc.freeSized(block, size, alignment: alignment) }

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

/// memalign(3).
@c(swiftmalloc_memalign)
public func memalignC(_ alignment: UInt, _ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.memalign(alignment, size)
}

/// aligned_alloc(3), C23 7.24.3.1.
@c(swiftmalloc_aligned_alloc)
public func alignedAllocC(_ alignment: UInt, _ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.alignedAlloc(alignment, size)
}

/// __libc_memalign, of glibc.
@c(swiftmalloc_libc_memalign)
public func libcMemalignC(_ alignment: UInt, _ size: UInt) -> UnsafeMutableRawPointer? {
  Malloc.libcMemalign(alignment, size)
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

/// Looks at every block of the debug heap; swiftmalloc.h.
@c(swiftmalloc_check_now)
public func checkC() -> Int32 { Malloc.check() }

/// What an address is; swiftmalloc.h.
@c(swiftmalloc_describe_now)
public func describeC(_ address: UnsafeRawPointer?) -> Int32 {
  Malloc.describe(UInt(bitPattern: address))
}

/// What the debug heap holds; swiftmalloc.h.
@c(swiftmalloc_debug_statistics_now)
public func debugStatisticsC(_ statistics: UnsafeMutablePointer<swiftmalloc_debug_statistics>?)
  -> Int32
{ Malloc.debugStatistics(statistics) ? 1 : 0 }

/// Where the heap's memory is; swiftmalloc.h.
@c(swiftmalloc_statistics_now)
public func statisticsC(_ lines: UnsafeMutablePointer<swiftmalloc_statistics_lines>?) -> Int32 {
  Malloc.statistics(lines) ? 1 : 0
}

/// Counts and peaks begin again; swiftmalloc.h.
@c(swiftmalloc_live_reset_now)
public func liveResetC() { Malloc.resetCounts() }

/// Writes the sampled profile; swiftmalloc.h.
@c(swiftmalloc_profile_write_now)
public func profileWriteC(_ path: UnsafePointer<CChar>?) -> Int32 { Malloc.writeProfile(path) }

/// Keeps all other threads out of malloc and free; swiftmalloc.h.
@c(swiftmalloc_disable_now)
public func mallocDisableC() { BlockWalk.disable() }

/// Lets them go on; swiftmalloc.h.
@c(swiftmalloc_enable_now)
public func mallocEnableC() { BlockWalk.enable() }

/// Tells of every live block; swiftmalloc.h.
@c(swiftmalloc_iterate_now)
public func mallocIterateC(
  _ base: UInt, _ size: UInt,
  _ callback: (@convention(c) (UInt, Int, UnsafeMutableRawPointer?) -> Void)?,
  _ argument: UnsafeMutableRawPointer?
) -> Int32 {
  guard let callback else { return 0 }
  BlockWalk.iterate(base, size) { callback($0, $1, argument) }
  return 0
}

/// The library's constructor: before the program has signal handlers and threads.
@c(swiftmalloc_load)
public func loadC() { Malloc.load() }

/// Nobody calls it, and the linker drops it: what counts are the names that it gives (exports.h).
@c(swiftmalloc_export_these_functions)
public func exportFunctions() { swiftmalloc_export_functions() }
