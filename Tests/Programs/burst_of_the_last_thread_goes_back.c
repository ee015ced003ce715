// Proves that a process is small when the last of its threads beside the first has freed a burst of small or medium blocks and ended, and nobody calls
// anything more; and that threads that do so one after the other find the memory of most of them there.
// arguments: KEEP=0,SIZE=1000 KEEP=20,SIZE=1000 KEEP=0,SIZE=300000
// production-only: the debug heap has a quarantine
#include "check.h"
#include <pthread.h>
#include <sys/resource.h>
ARGUMENT(int, KEEP)
ARGUMENT(size_t, SIZE)

enum { BYTES = 90000000, THREADS = 20 };
static char *blocks[BYTES / 1000];

static void *burst(void *unused) {
    for (size_t i = 0; i < BYTES / SIZE; i++)
        if (!blocks[i]) fill(blocks[i] = malloc(SIZE), SIZE, 1);
    for (size_t i = 0; i < BYTES / SIZE; i++)
        if (!KEEP || i % (size_t)KEEP) free(blocks[i]), blocks[i] = NULL;
    return unused;
}

static void burstInThread(void) {
    pthread_t thread;
    CHECK(!pthread_create(&thread, NULL, burst, NULL) && !pthread_join(thread, NULL), "no thread");
}

static long faults(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_minflt;
}

int main(void) {
    free(hide(malloc(100)));
    size_t before = resident();
    burstInThread();
    size_t left = resident() - before;
    CHECK(left < BYTES * (size_t)(KEEP ? 30 : 15) / 100, "%zu bytes stay", left);
    long first = faults();
    for (int i = 0; i < THREADS; i++) burstInThread();
    CHECK(faults() - first < BYTES / 4096 * (THREADS / 2), "%ld page faults", faults() - first);
    return 0;
}
