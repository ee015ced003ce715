// Guarded blocks (GUARD_SAMPLE): where a block stands, and how to come by one. Where every sample is guarded (GUARD_SAMPLE=1), each
// stack has one live guarded block at most: so blocks are allocated by a function with a frame of its own.
#ifndef GUARDED_H
#define GUARDED_H
#include "debug.h"

enum { PAGE = 4096 };

// Whether the bytes at an address are inaccessible, as the kernel tells without a signal.
static inline int isInaccessible(const void *address) {
    int ends[2];
    CHECK(pipe(ends) == 0, "pipe");
    int isRefused = write(ends[1], address, 1) < 0 && errno == EFAULT;
    close(ends[0]);
    close(ends[1]);
    return isRefused;
}

// Whether a page stands between inaccessible ones.
static inline int isGuarded(const void *block) {
    const char *page = (const char *)((uintptr_t)block & -(uintptr_t)PAGE);
    return isInaccessible(page - 1) && isInaccessible(page + PAGE) && !isInaccessible(page);
}

// Whether a block of so many bytes ends at its page's end, but for what its alignment takes.
static inline int isAtEnd(const void *block, size_t size) { return ((uintptr_t)block + size + 15) % PAGE < 16; }

// A block from the caller's `allocate` that is guarded and stands where it is wanted: at its page's end or beginning.
#define GUARDED(allocate, size, atEnd)                                                   \
    ({                                                                                   \
        char *found = NULL;                                                              \
        for (int tries = 0; tries < 100000 && !found; tries++) {                         \
            char *tried = (allocate);                                                    \
            if (isGuarded(tried) && isAtEnd(tried, size) == (atEnd)) found = tried;      \
            else free(tried);                                                            \
        }                                                                                \
        CHECK(found, "no guarded block of %zu bytes", (size_t)(size));                   \
        (char *)hide(found);                                                             \
    })
#endif
