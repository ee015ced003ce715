// Proves that the blocks of bump heaps keep their contents when memory goes back: also at the end of a chunk, which a long
// block made longer than others, of pages that were somebody's before.
// env: SWIFTMALLOC_PURGE_DELAY=0
// env: SWIFTMALLOC_PURGE_DELAY=500
// also: DEBUG=1 LIVE=1
// expect: exit 0
// stderr-none
// link: {LIBRARY}
#include "heap.h"

static const size_t lengths[] = {200000, 30000, 24000, 7000, 70000, 40000, 20000, 100000, 260000, 3000};
enum { COUNT = sizeof lengths / sizeof *lengths };

int main(void) {
    for (int local = 0; local < 2; local++) {
        swiftmalloc_heap *own = heap(SWIFTMALLOC_HEAP_BUMP | (local ? SWIFTMALLOC_HEAP_LOCAL : 0), "bump", 0);
        // Its pages are those of the first chunk, which the first block makes longer than chunks are then.
        swiftmalloc_heap_free(own, full(swiftmalloc_heap_malloc(own, 400000), 400000, 1));
        for (int round = 0; round < 20; round++) {
            unsigned char *blocks[COUNT];
            for (int i = 0; i < COUNT; i++) blocks[i] = full(swiftmalloc_heap_malloc(own, lengths[i]), lengths[i], round + i);
            malloc_trim(0);
            for (int i = 0; i < COUNT; i++) CHECK(filled(blocks[i], lengths[i], round + i), "round %d: block %d has changed", round, i);
            swiftmalloc_heap_free_all(own);
            // What comes next begins with another length.
            if (round % 2) full(swiftmalloc_heap_malloc(own, 400000), 400000, 1);
        }
        swiftmalloc_heap_destroy(own);
    }
    return 0;
}
