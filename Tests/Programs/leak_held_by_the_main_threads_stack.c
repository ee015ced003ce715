// Proves that a block is not lost while the stack of the main thread is all that has it, where another thread calls exit.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: DEPTH=100 DEPTH=70000 DEPTH=1900000
#include "leak.h"
ARGUMENT(int, DEPTH)

static void *end(void *nothing) {
    await(1);
    lose(1000);
    exit(0);
    return nothing;
}

HELPER void *wait(void) {
    char room[DEPTH];
    void *volatile held = malloc(100);
    hide(room), hide((void *)&held);
    arrive();
    for (;;) pause();
    return hide(held) == room ? NULL : held;
}

int main(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, end, NULL) == 0, "no thread");
    return wait() != NULL;
}
