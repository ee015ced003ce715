// Proves that what only the stack of a thread had is lost when the thread has ended, however it did and however deep it was.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 300 bytes in 3 blocks$
// stderr-count: 1
// report: ^  definitely lost: 300 bytes in 3 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 300 byte\(s\) leaked in 3 allocation\(s\)\.$
// arguments: HOW=0,DETACHED=0 HOW=1,DETACHED=0 HOW=2,DETACHED=0 HOW=0,DETACHED=1 HOW=1,DETACHED=1
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, HOW)
ARGUMENT(int, DETACHED)
static volatile pid_t identity;

HELPER void descend(int depth) {
    char room[70000];
    void *volatile held = malloc(100);
    hide(room), hide((void *)&held);
    if (depth > 0) descend(depth - 1);
    else {
        arrive();
        if (HOW == 1) pthread_exit(NULL);
        while (HOW == 2) pause();  // until it is cancelled
    }
    hide((void *)&held), hide(room);
}

static void *work(void *nothing) {
    identity = gettid();
    descend(2);
    return nothing;
}

int main(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0, "no thread");
    await(1);
    if (HOW == 2) usleep(10000), pthread_cancel(thread);
    if (DETACHED) pthread_detach(thread), awaitEnd(identity);
    else pthread_join(thread, NULL);
    return 0;
}
