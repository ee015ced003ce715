// Proves that a pointer at an address that is no multiple of 8 does not hold a block, as in Valgrind.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 100 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 100 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 100 byte\(s\) leaked in 1 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
static struct __attribute__((packed)) { int before; void *block; } misaligned __attribute__((aligned(8)));

HELPER void build(void) {
    misaligned.block = malloc(100);
}

int main(void) {
    away(build);
    return misaligned.block == NULL;
}
