// Proves that a block that is given to the free or realloc of a heap that it is not of ends the process with one line.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-misuse on address {ADDRESS} \(swiftmalloc_heap_(free|realloc) of what is no live block of the heap "own"\), thread "heap_free_of_an" \([0-9]+\)$
// stderr-count: 1
// arguments: KIND=0,CALL=0 KIND=1,CALL=0 KIND=2,CALL=1 KIND=3,CALL=0 KIND=1,CALL=1
// also: DEBUG=1 LEAKS=1
// link: {LIBRARY}
#include "heap.h"

ARGUMENT(int, KIND)
ARGUMENT(int, CALL)

int main(void) {
    swiftmalloc_heap *own = heap(kinds[KIND], "own", 0), *other = heap(kinds[KIND], "other", 0);
    void *block = announce(KIND == 3 ? malloc(40) : swiftmalloc_heap_malloc(other, 40));
    if (CALL) return swiftmalloc_heap_realloc(own, block, 100) != NULL;
    swiftmalloc_heap_free(own, block);
    return 0;
}
