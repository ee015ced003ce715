// Proves that a block is not lost while the stack of a sleeping thread is all that has it, near its end or far down.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: DEPTH=100 DEPTH=70000 DEPTH=1900000
#include "leak.h"
ARGUMENT(int, DEPTH)

static void *wait(void *nothing) {
    char room[DEPTH];
    void *volatile held = malloc(100);
    hide(room), hide((void *)&held);
    arrive();
    pause();
    return hide(held) == room ? nothing : NULL;
}

int main(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "no thread");
    await(1);
    lose(1000);
    return 0;
}
