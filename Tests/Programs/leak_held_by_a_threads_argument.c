// Proves that a block is not lost while the argument that a running thread was started with is all that has it.
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
static pthread_t thread;

static void *wait(void *nothing) {
    clearStack();
    arrive();
    pause();
    return nothing;
}

HELPER void build(void) { CHECK(pthread_create(&thread, NULL, wait, malloc(100)) == 0, "no thread"); }

int main(void) {
    away(build);
    await(1);
    lose(1000);
    return 0;
}
