// Proves that swiftmalloc_describe names the heap of the program's own that an address is in, of heaps of every kind, of small, long and
// very long blocks, live and freed, with the place in the block.
// expect: exit 0
// arguments: KIND=0 KIND=1 KIND=2 KIND=3
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 5 bytes inside the live [0-9]+-byte block at 0x[0-9a-f]+ of the heap "parser"$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 90000 bytes inside the live [0-9]+-byte block at 0x[0-9a-f]+ of the heap "parser"$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 8000000 bytes inside the live [0-9]+-byte block at 0x[0-9a-f]+ of the heap "parser"$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 0 bytes inside the free [0-9]+-byte block at 0x[0-9a-f]+ of the heap "parser"$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 1 byte inside the live [0-9]+-byte block at 0x[0-9a-f]+ of a heap without a name$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 1 byte inside the live [0-9]+-byte block at 0x[0-9a-f]+$
// stderr-count: 6
// production-only: the debug heap says who allocated the block, in which heap
// link: {LIBRARY}
#include "heap.h"

ARGUMENT(int, KIND)

int main(void) {
    swiftmalloc_heap *own = heap(kinds[KIND], "parser", 0), *other = heap(kinds[KIND], NULL, 0);
    char *before = swiftmalloc_heap_malloc(own, 50), *block = swiftmalloc_heap_malloc(own, 100), *freed = swiftmalloc_heap_malloc(own, 100);
    CHECK(before && swiftmalloc_describe(block + 5) == 1, "a live block");
    CHECK(swiftmalloc_describe((char *)swiftmalloc_heap_malloc(own, 100000) + 90000) == 1, "a live block");
    CHECK(swiftmalloc_describe((char *)swiftmalloc_heap_malloc(own, 9000000) + 8000000) == 1, "a live block");
    free(freed);
    CHECK(swiftmalloc_describe(hide(freed)) == 2, "a freed block");
    CHECK(swiftmalloc_describe((char *)swiftmalloc_heap_malloc(other, 20) + 1) == 1, "a live block");
    CHECK(swiftmalloc_describe((char *)malloc(20) + 1) == 1, "a live block");
    return 0;
}
