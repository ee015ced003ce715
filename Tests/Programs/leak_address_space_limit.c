// Proves that the check works under an address space limit from the shell.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// ulimit: -v 400000
// ulimit: -v 1000000
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind needs memory and descriptors for itself
#include "leak.h"
static void *held[2000];

HELPER void build(void) {
    for (int i = 0; i < 2000; i++) held[i] = make((size_t)i);
}

int main(void) {
    away(build);
    lose(1000);
    return held[0] == NULL;
}
