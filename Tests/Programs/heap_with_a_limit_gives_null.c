// Proves that a heap that has reached its limit gives null and ENOMEM, serves again when blocks are freed, and that no other heap notices.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LEAKS=1 LIVE=1
// link: {LIBRARY}
#include "heap.h"

static size_t fillWith(swiftmalloc_heap *own, size_t size) {
    size_t count = 0;
    errno = 0;
    while (swiftmalloc_heap_malloc(own, size)) CHECK(++count < 1000000, "no end");
    CHECK(errno == ENOMEM, "%zu", size);
    return count * size;
}

int main(void) {
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t limit = 1 << 16; limit <= 1 << 22; limit *= 8) {
            swiftmalloc_heap *own = heap(kinds[kind], "limited", limit);
            swiftmalloc_heap *other = heap(kinds[kind], "other", limit);
            for (size_t size = 16; size < limit / 4; size *= 5) {
                size_t filled = fillWith(own, size);
                CHECK(filled <= limit && filled >= limit / 4, "kind %d: %zu bytes of %zu in blocks of %zu", kind, filled, limit, size);
                errno = 0;
                CHECK(swiftmalloc_heap_calloc(own, 1, limit) == NULL && errno == ENOMEM, "calloc");
                CHECK(swiftmalloc_heap_aligned_alloc(own, 4096, limit + 1) == NULL, "aligned_alloc");
                free(malloc(size));
                void *block = swiftmalloc_heap_malloc(other, size);
                CHECK(block, "the other heap");
                CHECK(realloc(block, limit * 2) == NULL && swiftmalloc_heap_of(block) == other, "realloc");
                swiftmalloc_heap_free_all(own);
                swiftmalloc_heap_free_all(other);
            }
            swiftmalloc_heap_destroy(own);
            swiftmalloc_heap_destroy(other);
        }
    return 0;
}
