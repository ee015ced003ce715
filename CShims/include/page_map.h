// The static part of the page map: Swift has no static arrays of this length, and what the first call reads
// must need no set-up.

#ifndef SWIFTMALLOC_PAGE_MAP_H
#define SWIFTMALLOC_PAGE_MAP_H

#include <stdint.h>

#include "../arch/architecture.h"

enum {
  SWIFTMALLOC_PAGE_MAP_REGIONS = 65536,
  SWIFTMALLOC_WINDOW_CHUNKS = 16384,
};

/// One pointer for every 4 GiB of the 48-bit address space: 512 KiB of zero pages of which a process touches one
/// or two.
extern void *swiftmalloc_page_map[SWIFTMALLOC_PAGE_MAP_REGIONS]
    __attribute__((visibility("hidden")));

/// The addresses whose records lie in one table. All zero: there is no window.
struct swiftmalloc_page_window {
  uintptr_t unused;  // libc.c tells why
  uintptr_t start;
  uintptr_t slice_count;
  uintptr_t records;
};
extern struct swiftmalloc_page_window swiftmalloc_page_window __attribute__((visibility("hidden")));
/// The window of the fast paths: the same, and none where calls are counted, as no thread takes a fast path there.
extern struct swiftmalloc_page_window swiftmalloc_fast_page_window __attribute__((visibility("hidden")));
/// As that, of the frees that are told a size; none where the program has a free or an operator delete of its own, to which
/// they are handed on.
extern struct swiftmalloc_page_window swiftmalloc_sized_page_window __attribute__((visibility("hidden")));

/// A bit for each chunk of the table: whether it may be written.
extern uint64_t swiftmalloc_page_window_chunks[SWIFTMALLOC_WINDOW_CHUNKS / 64]
    __attribute__((visibility("hidden")));

static inline void **swiftmalloc_page_map_root(void) { return swiftmalloc_page_map; }
static inline struct swiftmalloc_page_window *swiftmalloc_window(void) {
  return &swiftmalloc_page_window;
}
static inline struct swiftmalloc_page_window *swiftmalloc_fast_window(void) {
  return (struct swiftmalloc_page_window *)swiftmalloc_in_register(&swiftmalloc_fast_page_window);
}
static inline struct swiftmalloc_page_window *swiftmalloc_sized_window(void) {
  return &swiftmalloc_sized_page_window;
}
static inline uint64_t *swiftmalloc_window_chunks(void) { return swiftmalloc_page_window_chunks; }

#endif
