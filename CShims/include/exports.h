// The exported names. Swift calls its own public functions protected, knows no aliases, and a linker's alias
// (--defsym) has no size: valgrind, perf and dladdr(3) pass over such symbols. An assembler's alias has the type
// and the size of its function, but only beside it, in the same object: so these functions, which
// are empty but for the assembler's directives, are called once from each file of Preload.

#ifndef SWIFTMALLOC_EXPORTS_H
#define SWIFTMALLOC_EXPORTS_H

/// Gives the function `swiftmalloc_OURS`, which the same object defines, another name.
#define SWIFTMALLOC_EXPORT(name, ours) ".globl " #name "\n.set " #name ", swiftmalloc_" #ours "\n"

/// The C names: of the functions in Exports.swift.
static inline __attribute__((always_inline)) void swiftmalloc_export_functions(void) {
  __asm__ volatile(
      SWIFTMALLOC_EXPORT(malloc, malloc)
      SWIFTMALLOC_EXPORT(__libc_malloc, malloc)
      SWIFTMALLOC_EXPORT(free, free)
      SWIFTMALLOC_EXPORT(cfree, cfree)
      SWIFTMALLOC_EXPORT(__libc_free, free)
      SWIFTMALLOC_EXPORT(free_sized, free_sized)
      SWIFTMALLOC_EXPORT(free_aligned_sized, free_aligned_sized)
      SWIFTMALLOC_EXPORT(calloc, calloc)
      SWIFTMALLOC_EXPORT(__libc_calloc, calloc)
      SWIFTMALLOC_EXPORT(realloc, realloc)
      SWIFTMALLOC_EXPORT(__libc_realloc, realloc)
      SWIFTMALLOC_EXPORT(reallocarray, reallocarray)
      SWIFTMALLOC_EXPORT(memalign, memalign)
      SWIFTMALLOC_EXPORT(aligned_alloc, aligned_alloc)
      SWIFTMALLOC_EXPORT(__libc_memalign, libc_memalign)
      SWIFTMALLOC_EXPORT(posix_memalign, posix_memalign)
      SWIFTMALLOC_EXPORT(valloc, valloc)
      SWIFTMALLOC_EXPORT(pvalloc, pvalloc)
      SWIFTMALLOC_EXPORT(malloc_usable_size, malloc_usable_size)
      SWIFTMALLOC_EXPORT(malloc_trim, malloc_trim)
      SWIFTMALLOC_EXPORT(malloc_stats, malloc_stats)
      SWIFTMALLOC_EXPORT(malloc_info, malloc_info)
      SWIFTMALLOC_EXPORT(mallinfo, mallinfo_now)
      SWIFTMALLOC_EXPORT(mallinfo2, mallinfo2_now)
      SWIFTMALLOC_EXPORT(mallopt, mallopt)
      SWIFTMALLOC_EXPORT(malloc_iterate, iterate_now)
      SWIFTMALLOC_EXPORT(malloc_disable, disable_now)
      SWIFTMALLOC_EXPORT(malloc_enable, enable_now)
      SWIFTMALLOC_EXPORT(swiftmalloc_check, check_now)
      SWIFTMALLOC_EXPORT(swiftmalloc_describe, describe_now)
      SWIFTMALLOC_EXPORT(swiftmalloc_debug_statistics, debug_statistics_now)
      SWIFTMALLOC_EXPORT(swiftmalloc_statistics, statistics_now)
      SWIFTMALLOC_EXPORT(swiftmalloc_live_reset, live_reset_now)
      SWIFTMALLOC_EXPORT(swiftmalloc_profile_write, profile_write_now));
}

/// The heaps of a program's own: of the functions in HeapInterface.swift.
static inline __attribute__((always_inline)) void swiftmalloc_export_heaps(void) {
  __asm__ volatile(
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_new, new_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_malloc, malloc_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_calloc, calloc_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_realloc, realloc_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_aligned_alloc, aligned_alloc_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_free, free_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_free_all, free_all_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_destroy, destroy_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_delete, delete_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_of, of_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_set_current, set_current_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_visit, visit_of_heap)
      SWIFTMALLOC_EXPORT(swiftmalloc_heap_statistics, statistics_of_heap));
}

/// The mangled names of C++'s operators: of the functions in Operators.swift.
static inline __attribute__((always_inline)) void swiftmalloc_export_operators(void) {
  __asm__ volatile(
      SWIFTMALLOC_EXPORT(_Znwm, new)
      SWIFTMALLOC_EXPORT(_Znam, new_array)
      SWIFTMALLOC_EXPORT(_ZnwmSt11align_val_t, new_aligned)
      SWIFTMALLOC_EXPORT(_ZnamSt11align_val_t, new_array_aligned)
      SWIFTMALLOC_EXPORT(_ZnwmRKSt9nothrow_t, new_nothrow)
      SWIFTMALLOC_EXPORT(_ZnamRKSt9nothrow_t, new_array_nothrow)
      SWIFTMALLOC_EXPORT(_ZnwmSt11align_val_tRKSt9nothrow_t, new_aligned_nothrow)
      SWIFTMALLOC_EXPORT(_ZnamSt11align_val_tRKSt9nothrow_t, new_array_aligned_nothrow)
      SWIFTMALLOC_EXPORT(_ZdlPv, delete)
      SWIFTMALLOC_EXPORT(_ZdlPvRKSt9nothrow_t, delete)
      SWIFTMALLOC_EXPORT(_ZdaPv, delete_array)
      SWIFTMALLOC_EXPORT(_ZdaPvRKSt9nothrow_t, delete_array)
      SWIFTMALLOC_EXPORT(_ZdlPvm, delete_sized)
      SWIFTMALLOC_EXPORT(_ZdaPvm, delete_array_sized)
      SWIFTMALLOC_EXPORT(_ZdlPvSt11align_val_t, delete_aligned)
      SWIFTMALLOC_EXPORT(_ZdlPvSt11align_val_tRKSt9nothrow_t, delete_aligned)
      SWIFTMALLOC_EXPORT(_ZdaPvSt11align_val_t, delete_array_aligned)
      SWIFTMALLOC_EXPORT(_ZdaPvSt11align_val_tRKSt9nothrow_t, delete_array_aligned)
      SWIFTMALLOC_EXPORT(_ZdlPvmSt11align_val_t, delete_sized_aligned)
      SWIFTMALLOC_EXPORT(_ZdaPvmSt11align_val_t, delete_array_sized_aligned));
}

#endif
