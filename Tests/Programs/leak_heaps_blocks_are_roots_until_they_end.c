// Proves that blocks of a program's own heap, live while the heap is, lead to others, and that those of a destroyed heap are no leaks and
// lead to nothing.
// expect: exit 0
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 33 bytes in 1 block$
// report: ^Direct leak of 33 byte
// report-not: leak of (3850|77) byte
// env: SWIFTMALLOC_LEAKS=1
// link: {LIBRARY}
#include "heap.h"
#include "leak.h"

static swiftmalloc_heap *live, *destroyed;

HELPER void work(void) {
    for (int i = 0; i < 50; i++) *(void **)hide(swiftmalloc_heap_malloc(live, 100)) = malloc(77);
    *(void **)hide(swiftmalloc_heap_malloc(destroyed, 100)) = malloc(33);
    for (int i = 0; i < 50; i++) hide(swiftmalloc_heap_malloc(destroyed, 200));
}

int main(void) {
    live = heap(0, "live", 0), destroyed = heap(SWIFTMALLOC_HEAP_LOCAL, "destroyed", 0);
    farDown(work);
    clearStack();
    swiftmalloc_heap_destroy(destroyed);
    return 0;
}
