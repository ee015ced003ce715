// Proves that free_all makes all blocks of a heap free at once, and that the heap uses the same memory again, round after round.
// expect: exit 0
// stderr-none
// link: {LIBRARY}
// production-only: the debug heap withholds what was freed
#include "heap.h"

int main(void) {
    for (int kind = 0; kind < KINDS; kind++) {
        swiftmalloc_heap *own = heap(kinds[kind], "frame", 0);
        size_t before = 0;
        for (int round = 0; round < 200; round++) {
            if (round == 20) before = resident();
            for (int i = 0; i < 2000; i++) memset(swiftmalloc_heap_malloc(own, i), round, i);
            memset(swiftmalloc_heap_malloc(own, 500000), round, 500000);
            memset(swiftmalloc_heap_malloc(own, 6000000), round, 6000000);
            swiftmalloc_heap_free_all(own);
            struct swiftmalloc_statistics_lines lines;
            CHECK(round % 50 || (swiftmalloc_heap_statistics(own, &lines) == 1 && lines.requested == 0), "live: %zd", lines.requested);
        }
        CHECK(resident() < before + 2 * MIB, "kind %d: %zu bytes before, %zu now", kind, before, resident());
        swiftmalloc_heap_destroy(own);
    }
    return 0;
}
