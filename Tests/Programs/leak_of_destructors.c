// Proves that what an exit handler or a destructor loses is reported, too, and once: the check comes after them.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 320 bytes in 2 blocks$
// stderr-count: 1
// report: ^  definitely lost: 320 bytes in 2 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 320 byte\(s\) leaked in 2 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"

static void handler(void) { lose(120); }
__attribute__((destructor(101))) static void last(void) { lose(200); }

int main(void) {
    atexit(handler);
    return 0;
}
