// Proves that the blocks of a heap that was deleted live on, for all threads, grow, and that their memory goes back with the last one.
// expect: exit 0
// stderr-none
// also: DEBUG=1
// link: {LIBRARY}
#include "heap.h"

static unsigned char *blocks[1000];

static void *freeHalf(void *argument) {
    for (int i = 0; i < 1000; i += 2) free(blocks[i]);
    return argument;
}

int main(void) {
    size_t before = 0;
    for (int round = 0; round < 60; round++) {
        if (round == 20) before = resident();
        for (int kind = 0; kind < KINDS; kind++) {
            swiftmalloc_heap *own = heap(kinds[kind], "deleted", 0);
            for (int i = 0; i < 1000; i++) memset(blocks[i] = swiftmalloc_heap_malloc(own, 16 + i), i & 0xff, 16 + i);
            swiftmalloc_heap_delete(own);
            for (int i = 0; i < 1000; i++) {
                CHECK(swiftmalloc_heap_of(blocks[i]) == NULL, "block %d", i);
                if (i % 10 == 3) blocks[i] = realloc(blocks[i], 5000);
                CHECK(blocks[i][0] == (i & 0xff) && blocks[i][15 + i] == (i & 0xff), "block %d", i);
            }
            inThread(freeHalf, NULL);
            for (int i = 1; i < 1000; i += 2) free(blocks[i]);
        }
    }
    if (swiftmalloc_check() == 0 && !getenv("SWIFTMALLOC_DEBUG"))
        CHECK(resident() < before + 2 * MIB, "%zu bytes before, %zu now", before, resident());
    return 0;
}
