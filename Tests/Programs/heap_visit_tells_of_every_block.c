// Proves that a visit tells of every live block of a heap once, of no other, and may free it.
// expect: exit 0
// stderr-none
// also: DEBUG=1
// link: {LIBRARY}
#include "heap.h"

struct seen { int count; size_t bytes; };

static void look(void *block, size_t size, void *argument) {
    struct seen *seen = argument;
    CHECK(*(unsigned *)block == 0x600df00d && size >= 16, "%p, %zu bytes", block, size);
    seen->count++, seen->bytes += size;
}

static void take(void *block, size_t size, void *argument) {
    look(block, size, argument);
    free(block);
}

int main(void) {
    for (int kind = 0; kind < KINDS; kind++) {
        swiftmalloc_heap *own = heap(kinds[kind], "visited", 0);
        size_t bytes = 0;
        int count = 0;
        for (int i = 0; i < 3000; i++) {
            size_t size = 16 + (i % 7 ? i : i % 500 ? i * 20 : i * 3000);
            unsigned *block = i % 5 ? swiftmalloc_heap_malloc(own, size) : swiftmalloc_heap_aligned_alloc(own, 256, size);
            *block = 0x600df00d;
            if (i % 3 == 0) { *block = 0xbad; free(block); continue; }
            bytes += malloc_usable_size(block), count++;
        }
        struct seen seen = {0, 0};
        CHECK(swiftmalloc_heap_visit(own, look, &seen) == 1, "not visited");
        CHECK(seen.count == count && seen.bytes == bytes, "kind %d: %d blocks of %d, %zu bytes of %zu", kind, seen.count, count, seen.bytes, bytes);
        if (kind == 1) {
            struct seen freed = {0, 0};
            swiftmalloc_heap_visit(own, take, &freed);
            CHECK(freed.count == count, "%d freed of %d", freed.count, count);
        }
        swiftmalloc_heap_destroy(own);
    }
    return 0;
}
