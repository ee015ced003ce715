// Proves that a block is not lost while memory that the program got by sbrk is all that has it.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"

HELPER void build(void) {
    char *memory = sbrk(65536);
    if (memory == (void *)-1) SKIP("no brk heap here");
    void **words = (void **)(((uintptr_t)memory + 15) & ~(uintptr_t)15);
    words[4000] = malloc(100);
}

int main(void) {
    away(build);
    lose(1000);
    return 0;
}
