// Proves that a second free of a block of a program's own heap is reported as one, also after free_all.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}
// arguments: KIND=0,SIZE=40,ALL=0 KIND=1,SIZE=40,ALL=0 KIND=2,SIZE=40,ALL=0 KIND=3,SIZE=3000,ALL=0 KIND=0,SIZE=100000,ALL=0 KIND=1,SIZE=40,ALL=1 KIND=0,SIZE=20000,ALL=1
// also: DEBUG=1
// link: {LIBRARY}
#include "heap.h"

ARGUMENT(int, KIND)
ARGUMENT(int, SIZE)
ARGUMENT(int, ALL)

int main(void) {
    swiftmalloc_heap *own = heap(kinds[KIND], "own", 0);
    for (int i = 0; i < 5; i++) hide(swiftmalloc_heap_malloc(own, SIZE));
    void *block = announce(swiftmalloc_heap_malloc(own, SIZE));
    hide(swiftmalloc_heap_malloc(own, SIZE));
    if (ALL) swiftmalloc_heap_free_all(own);
    else free(block);
    free(hide(block));
    return 0;
}
