// Proves that a block is not lost while data of the program that was made read-only after a write, as the loader does with relocations, is all that has it.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <sys/mman.h>
#include "leak.h"
static void *data[8192] __attribute__((aligned(65536))) = {(void *)1};

HELPER void build(void) {
    data[8000] = malloc(100);
    CHECK(mprotect(data, sizeof data, PROT_READ) == 0, "mprotect");
}

int main(void) {
    away(build);
    lose(1000);
    return 0;
}
