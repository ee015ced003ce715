// Proves that what a queue took goes back when all is quiet: a producer is four times as fast as its consumer, which goes on until
// the queue is empty; then neither thread makes a call.
// arguments: SIZE=100 SIZE=1000 SIZE=30000
// production-only: the debug heap has a quarantine
#include "check.h"
#include <pthread.h>
#include <stdatomic.h>
ARGUMENT(int, SIZE)

enum { BYTES = 120 << 20 };
static char **queue;
static _Atomic int made;
static size_t full;
static pthread_barrier_t quiet;

static void *produce(void *count) {
    for (int i = 0; i < (int)(intptr_t)count; i++) {
        memset(queue[i] = malloc((size_t)SIZE), 1, (size_t)SIZE);
        atomic_store(&made, i + 1);
    }
    full = resident();
    pthread_barrier_wait(&quiet);
    pause();
    return NULL;
}

static void *consume(void *count) {
    for (int i = 0; i < (int)(intptr_t)count; i++) {
        // Behind until the producer has ended its work, and then as fast as it can.
        while (i > atomic_load(&made) / 4 && atomic_load(&made) < (int)(intptr_t)count) usleep(100);
        free(queue[i]);
    }
    pthread_barrier_wait(&quiet);
    pause();
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    intptr_t count = BYTES / SIZE;
    queue = malloc((size_t)count * sizeof *queue);
    memset(queue, 0, (size_t)count * sizeof *queue);
    size_t before = resident();
    pthread_barrier_init(&quiet, NULL, 3);
    CHECK(!pthread_create(&threads[0], NULL, produce, (void *)count), "no thread");
    CHECK(!pthread_create(&threads[1], NULL, consume, (void *)count), "no thread");
    pthread_barrier_wait(&quiet);
    sleep(2);
    size_t left = resident() - before, most = full - before;
    CHECK(left < most * 15 / 100, "%zu of %zu bytes stay", left, most);
    return 0;
}
