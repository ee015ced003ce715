// Proves that only the part of a list before the node that is still held is lost.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 400 bytes in 4 blocks$
// stderr-count: 1
// report: ^  definitely lost: 100 bytes in 1 block$
// report: ^  indirectly lost: 300 bytes in 3 blocks$
// report: ^SUMMARY: swiftmalloc: 400 byte\(s\) leaked in 4 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
static void **held;

HELPER void build(void) {
    void **list = NULL;
    for (int i = 0; i < 10; i++) {
        void **node = make(100);
        node[4] = list, list = node;
        if (i == 5) held = node;
    }
}

int main(void) {
    away(build);
    return held == NULL;
}
