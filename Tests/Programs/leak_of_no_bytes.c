// Proves that blocks of no bytes are lost like others: no bytes, but blocks.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 0 bytes in 3 blocks$
// stderr-count: 1
// report: ^  definitely lost: 0 bytes in 3 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 0 byte\(s\) leaked in 3 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
static void *held;

HELPER void build(void) {
    held = malloc(0);
    hide(malloc(0));
    hide(calloc(0, 8));
    hide(malloc(0));
}

int main(void) {
    away(build);
    return held == NULL;
}
