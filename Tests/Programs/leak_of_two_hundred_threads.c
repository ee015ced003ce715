// Proves that what 200 sleeping threads hold on their stacks is held and what they lost is lost, each in one group.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 40000 bytes in 200 blocks$
// stderr-count: 1
// report: ^Direct leak of 40000 byte\(s\) in 200 object\(s\) allocated from:$
// report: ^  definitely lost: 40000 bytes in 200 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"

static void *wait(void *nothing) {
    void *volatile held = malloc(100);
    hide((void *)&held);
    farDown(loseOne);
    clearStack();
    arrive();
    for (;;) pause();
    return held == NULL ? nothing : NULL;
}

int main(void) {
    lostSize = 200;
    for (int i = 0; i < 200; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "thread %d", i);
    }
    await(200);
    clearStack();
    return 0;
}
