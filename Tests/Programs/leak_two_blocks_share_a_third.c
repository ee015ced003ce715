// Proves that two lost blocks that point to the same third are both definite, and the third indirect once.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 296 bytes in 3 blocks$
// stderr-count: 1
// report: ^  definitely lost: 200 bytes in 2 blocks$
// report: ^  indirectly lost: 96 bytes in 1 block$
// report: ^SUMMARY: swiftmalloc: 296 byte\(s\) leaked in 3 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"

HELPER void build(void) {
    void **shared = make(96), **one = make(100), **other = make(100);
    one[0] = one[3] = other[11] = shared;
}

int main(void) {
    away(build);
    return 0;
}
