// Which pages of a process are in memory, asked by ioctl PAGEMAP_SCAN of /proc/PID/pagemap (Linux 6.7, admin-guide/mm/pagemap.rst).
// The structures stand here, as the headers that programs are built with may be older than the kernel.

#ifndef SWIFTMALLOC_PAGEMAP_H
#define SWIFTMALLOC_PAGEMAP_H

#include <stdint.h>

#include "system_call.h"

struct swiftmalloc_pagemap_scan {
  uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
  uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};

/// Fills `ranges`, three words each: the first address, the one behind the last, categories. They are ranges of pages that are
/// present and not the page of zeros, from `*next` to `end`. Returns how many there are, at most `limit`, and moves `*next` to
/// where the next call goes on; below zero where the system does not know the question.
static inline intptr_t swiftmalloc_present_ranges(
    int pagemap, uintptr_t *next, uintptr_t end, void *ranges, intptr_t limit) {
  enum { PRESENT = 1 << 3, ZERO_PAGE = 1 << 5 };
  const intptr_t request = 0xc0606610;
  struct swiftmalloc_pagemap_scan scan = {
      .size = sizeof scan,
      .start = *next,
      .end = end,
      .vec = (uintptr_t)ranges,
      .vec_len = (uint64_t)limit,
      .category_inverted = ZERO_PAGE,
      .category_mask = PRESENT | ZERO_PAGE,
      .return_mask = PRESENT,
  };
  intptr_t found = swiftmalloc_system_call(SWIFTMALLOC_CALL_IOCTL, pagemap, request, (intptr_t)&scan, 0, 0, 0);
  *next = found < 0 || scan.walk_end <= *next ? end : (uintptr_t)scan.walk_end;
  return found;
}

#endif
