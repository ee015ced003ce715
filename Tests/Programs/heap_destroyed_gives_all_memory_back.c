// Proves that a heap that was destroyed keeps no memory, whatever was live in it, that ten thousand can come and go, and
// that thousands can be there at once: what is known of their addresses goes with them.
// expect: exit 0
// stderr-none
// link: {LIBRARY}
// production-only: the debug heap withholds what was freed
#include "heap.h"

static void many(void) {
    enum { COUNT = 3000 };
    static swiftmalloc_heap *own[COUNT];
    size_t before = resident();
    for (int i = 0; i < COUNT; i++) {
        own[i] = heap(kinds[i % KINDS], "one of many", 0);
        CHECK(swiftmalloc_heap_malloc(own[i], 100), "no block");
    }
    for (int i = 0; i < COUNT; i++) swiftmalloc_heap_destroy(own[i]);
    CHECK(resident() < before + 5 * MIB, "many at once: %zu bytes before, %zu now", before, resident());
}

int main(void) {
    size_t before = 0;
    for (int round = 0; round < 2500; round++) {
        if (round == 100) before = resident();
        for (int kind = 0; kind < KINDS; kind++) {
            swiftmalloc_heap *own = heap(kinds[kind], "short", 0);
            for (int i = 0; i < 20; i++) memset(swiftmalloc_heap_malloc(own, i * 500), 1, i * 500);
            if (round % 100 == 0) memset(swiftmalloc_heap_malloc(own, 9000000), 1, 9000000);
            swiftmalloc_heap_destroy(own);
        }
    }
    CHECK(resident() < before + 2 * MIB, "%zu bytes before, %zu now", before, resident());
    many();
    return 0;
}
