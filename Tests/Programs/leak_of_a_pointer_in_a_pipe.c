// Proves that a pointer that only the kernel has, here in a pipe, does not hold a block.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 100 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 100 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 100 byte\(s\) leaked in 1 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
static int ends[2];

HELPER void build(void) {
    void *volatile block = malloc(100);
    CHECK(write(ends[1], (void *)&block, sizeof block) == sizeof block, "write");
    block = NULL;
}

int main(void) {
    CHECK(pipe(ends) == 0, "pipe");
    away(build);
    return 0;
}
