// Proves that swiftmalloc_bump_malloc gives what swiftmalloc_heap_malloc gives, of heaps of every kind: aligned blocks that hold what was
// asked for, none twice, that free, realloc, visit and free_all know; null at the limit; and of a bump heap it calls nothing for most.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
// link: {LIBRARY}
#include "heap.h"

enum { BLOCKS = 3000 };
static unsigned char *blocks[BLOCKS];
static size_t lengths[BLOCKS];

static void count(void *block, size_t size, void *sum) {
    CHECK(malloc_usable_size(block) == size, "%zu bytes", size);
    ++*(int *)sum;
}

static void use(swiftmalloc_heap *own, int kind) {
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < BLOCKS; i++) {
            lengths[i] = i % 500 == 7 ? 262144 + (size_t)i % 3 : (size_t)(i * 37 % 1200);
            blocks[i] = full(i % 3 ? swiftmalloc_bump_malloc(own, lengths[i]) : swiftmalloc_heap_malloc(own, lengths[i]), lengths[i], i % 251);
            CHECK((uintptr_t)blocks[i] % 16 == 0 && malloc_usable_size(blocks[i]) >= lengths[i], "kind %d, block %d", kind, i);
            CHECK(swiftmalloc_heap_of(blocks[i]) == own, "kind %d, block %d", kind, i);
        }
        int live = 0;
        CHECK(swiftmalloc_heap_visit(own, count, &live) == 1 && live == BLOCKS, "kind %d: %d blocks", kind, live);
        for (int i = 0; i < BLOCKS; i++) CHECK(filled(blocks[i], lengths[i], i % 251), "kind %d, block %d", kind, i);
        for (int i = 0; i < BLOCKS; i += 2) free(blocks[i]);
        blocks[1] = realloc(blocks[1], 5000);
        CHECK(filled(blocks[1], lengths[1], 1), "kind %d: realloc", kind);
        swiftmalloc_heap_free_all(own);
    }
}

int main(void) {
    for (int kind = 0; kind < KINDS; kind++) {
        swiftmalloc_heap *own = heap(kinds[kind], "own", 0);
        use(own, kind);
        swiftmalloc_heap_destroy(own);
        own = heap(kinds[kind], "small", MIB);
        errno = 0;
        int taken = 0;
        while (swiftmalloc_bump_malloc(own, 1000)) taken++;
        CHECK(errno == ENOMEM && taken > 500 && taken < 1049, "kind %d: %d blocks", kind, taken);
        swiftmalloc_heap_delete(own);
    }
    swiftmalloc_heap *own = heap(SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP, "own", 0);
    CHECK(!swiftmalloc_bump_malloc(own, SIZE_MAX) && !swiftmalloc_bump_malloc(own, SIZE_MAX - 22), "a block of all memory");
    return 0;
}
