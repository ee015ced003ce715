// The root of the page map: one pointer for every 4 GiB of the 48-bit address space, 512 KiB of
// zero pages of which a process touches one or two. Static, so that it needs no set-up before the
// first call; Swift has no static array of this length.

#ifndef SWIFTMALLOC_PAGE_MAP_H
#define SWIFTMALLOC_PAGE_MAP_H

#define SWIFTMALLOC_PAGE_MAP_REGIONS 65536

extern void *swiftmalloc_page_map[SWIFTMALLOC_PAGE_MAP_REGIONS]
    __attribute__((visibility("hidden")));

static inline void **swiftmalloc_page_map_root(void) { return swiftmalloc_page_map; }

#endif
