// Proves that a block is not lost while a thread-local variable of the program is all that has it, in the main thread and in another.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: THREADS=0 THREADS=3
#include "leak.h"
ARGUMENT(int, THREADS)
static __thread void *volatile zeroed;
static __thread void *volatile initialised = (void *)1;

HELPER void build(void) { zeroed = malloc(100), initialised = malloc(101); }

static void *wait(void *nothing) {
    away(build);
    arrive();
    pause();
    return nothing;
}

int main(void) {
    away(build);
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "no thread");
    }
    await(THREADS);
    lose(1000);
    return 0;
}
