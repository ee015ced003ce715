// Proves that a block that points only to itself is definitely lost, and counted once.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 48 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 48 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 48 byte\(s\) leaked in 1 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"

HELPER void build(void) {
    void **block = make(48);
    block[0] = block[5] = block;
}

int main(void) {
    away(build);
    return 0;
}
