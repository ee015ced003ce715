// Proves that a thread that has medium or large blocks only is a thread to the library: what bursts of it leave goes back when
// the process does nothing, also behind the first burst.
// arguments: SIZE=200000 SIZE=30000000
// production-only: the debug heap has no helper
#include "check.h"
#include <pthread.h>
ARGUMENT(size_t, SIZE)

enum { BURSTS = 4, BYTES = 90000000 };
static pthread_barrier_t done;

static void *work(void *unused) {
    static char *blocks[BYTES / 200000];
    size_t count = BYTES / SIZE;
    for (int burst = 0; burst < BURSTS; burst++) {
        for (size_t i = 0; i < count; i++) fill(blocks[i] = malloc(SIZE), SIZE, 1);
        for (size_t i = 0; i < count; i++) free(blocks[i]);
    }
    pthread_barrier_wait(&done);
    pause();
    return unused;
}

int main(void) {
    pthread_t thread;
    free(hide(malloc(100)));
    pthread_barrier_init(&done, NULL, 2);
    size_t before = resident();
    CHECK(!pthread_create(&thread, NULL, work, NULL), "no thread");
    pthread_barrier_wait(&done);
    sleep(2);
    size_t left = resident() - before;
    CHECK(left < BYTES * 15 / 100, "%zu bytes stay", left);
    CHECK(threadCount() == 3, "%d threads", threadCount());
    return 0;
}
