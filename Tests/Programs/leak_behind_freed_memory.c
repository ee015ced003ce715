// Proves that a pointer in freed memory, or in the block that realloc left, holds nothing.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 300 bytes in 3 blocks$
// stderr-count: 1
// report: ^  definitely lost: 300 bytes in 3 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 300 byte\(s\) leaked in 3 allocation\(s\)\.$
// arguments: SIZE=100 SIZE=3000 SIZE=20000 SIZE=400000
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, SIZE)
static void **grown, *neighbour;
static void *freed;

HELPER void build(void) {
    void **block = make(SIZE);
    block[SIZE / 8 - 2] = malloc(100), block[5] = malloc(100);
    freed = block;  // dangling: what it points to is no block
    free(block);
    grown = make(SIZE);
    neighbour = malloc(SIZE);
    grown[6] = malloc(100);
    grown = realloc(grown, SIZE * 40);
    grown[6] = NULL;
}

int main(void) {
    away(build);
    return freed == NULL || grown == NULL || neighbour == NULL;
}
