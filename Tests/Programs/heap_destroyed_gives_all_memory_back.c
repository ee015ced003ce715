// Proves that a heap that was destroyed keeps no memory, whatever was live in it, and that ten thousand can come and go.
// expect: exit 0
// stderr-none
// link: {LIBRARY}
// production-only: the debug heap withholds what was freed
#include "heap.h"

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
    return 0;
}
