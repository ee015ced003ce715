// Proves that malloc_trim gives back the free pages of a program's own heaps, too, and that mallinfo2 tells of the process' heap alone.
// expect: exit 0
// stderr-none
// production-only: the debug heap withholds what was freed
// link: {LIBRARY}
#include "heap.h"

// Linux before 6.2 adds a thread's pages to those of the process after each 64 faults only.
static char pages[128 * 4096];

int main(void) {
    struct mallinfo2 first = mallinfo2();
    memset(pages, 1, sizeof pages);
    for (int kind = 0; kind < KINDS; kind++) {
        swiftmalloc_heap *own = heap(kinds[kind], "trimmed", 0);
        size_t before = resident();
        for (int i = 0; i < 4000; i++) memset(swiftmalloc_heap_malloc(own, 2000), 1, 2000);
        struct mallinfo2 full = mallinfo2();
        CHECK(full.uordblks < first.uordblks + 100000, "%zu bytes live, %zu before", full.uordblks, first.uordblks);
        swiftmalloc_heap_free_all(own);
        malloc_trim(0);
        CHECK(resident() < before + MIB, "kind %d: %zu bytes before, %zu now", kind, before, resident());
        swiftmalloc_heap_destroy(own);
    }
    return 0;
}
