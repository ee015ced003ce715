// Proves that what the library remembers of freed blocks of a program's own heap, for its reports, leads a leak check to no block that
// malloc gives at the same addresses later, nor to blocks that a deleted heap has left.
// expect: exit 0
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of {BYTES} bytes in {BLOCKS} blocks$
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// arguments: BLOCKS=20,BYTES=2000,DELETES=0 BLOCKS=5000,BYTES=500000,DELETES=0 BLOCKS=20,BYTES=2000,DELETES=1
// link: {LIBRARY}
#include "heap.h"
#include "leak.h"
ARGUMENT(int, BLOCKS)
ARGUMENT(int, DELETES)

static void *blocks[5000];

HELPER void work(void) {
    swiftmalloc_heap *own = heap(0, "own", 0);
    for (int i = 0; i < BLOCKS; i++) blocks[i] = hide(swiftmalloc_heap_malloc(own, 100));
    if (DELETES) {
        swiftmalloc_heap_delete(own);
    } else {
        for (int i = 0; i < BLOCKS; i++) free(blocks[i]);
        for (int i = 0; i < BLOCKS; i++) blocks[i] = hide(malloc(100));
    }
    for (int i = 0; i < BLOCKS; i++) blocks[i] = NULL;
}

int main(void) {
    farDown(work);
    clearStack();
    return 0;
}
