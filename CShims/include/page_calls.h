// System calls about pages that only heaps with a policy of their own make. The C library has no function for mbind.

#ifndef SWIFTMALLOC_PAGE_CALLS_H
#define SWIFTMALLOC_PAGE_CALLS_H

#include <stdint.h>

#include "system_call.h"

#if defined(__linux__)

/// mlock(2). 0, or -errno.
static inline intptr_t swiftmalloc_lock_pages(uintptr_t address, intptr_t byte_count) {
  return swiftmalloc_system_call(SYS_mlock, (intptr_t)address, byte_count, 0, 0, 0, 0);
}

/// mbind(2) with MPOL_BIND: the pages come from this node, below 1024, and from no other. 0, or -errno.
static inline intptr_t swiftmalloc_bind_pages(uintptr_t address, intptr_t byte_count, intptr_t node) {
  enum { bind = 2, bits = 8 * sizeof(unsigned long), words = 1024 / bits };
  unsigned long nodes[words] = {0};
  nodes[node / bits] = 1ul << node % bits;
  // The kernel takes one bit less than it is told.
  return swiftmalloc_system_call(SYS_mbind, (intptr_t)address, byte_count, bind, (intptr_t)nodes, 1025, 0);
}

#else
static inline intptr_t swiftmalloc_lock_pages(uintptr_t address, intptr_t byte_count) { return -38; }
static inline intptr_t swiftmalloc_bind_pages(uintptr_t address, intptr_t byte_count, intptr_t node) { return -38; }
#endif

#endif
