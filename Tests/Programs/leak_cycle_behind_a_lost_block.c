// Proves that a cycle that a lost block points into is lost with it, once, in whatever order they were allocated. Which block of
// the cycle is met first decides, here as in Valgrind, whether one of it counts as definite.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 500 bytes in 5 blocks$
// stderr-count: 1
// report: ^  definitely lost: (100 bytes in 1 block|200 bytes in 2 blocks)$
// report: ^  indirectly lost: (400 bytes in 4|300 bytes in 3) blocks$
// report: ^SUMMARY: swiftmalloc: 500 byte\(s\) leaked in 5 allocation\(s\)\.$
// arguments: AT=0 AT=2 AT=4
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, AT)

HELPER void build(void) {
    void **blocks[5];
    for (int i = 0; i < 5; i++) blocks[i] = make(100);
    for (int i = 0; i < 5; i++) blocks[i][1] = blocks[(i + 1) % 5];
    for (int i = 0; i < 5; i++)  // leaves AT out of the cycle, but for its own pointer into it
        if ((i + 1) % 5 == AT) blocks[i][1] = blocks[(AT + 1) % 5];
}

int main(void) {
    away(build);
    return 0;
}
