// Proves that a thread that needed blocks of many sizes once, and goes on with one size, does not keep the pages of the
// others: some purge delays later they are back.
// env: SWIFTMALLOC_PURGE_DELAY=50
// expect: exit 0
// production-only: the debug heap has a quarantine
#include "check.h"
#include <pthread.h>

enum { THREADS = 10, BLOCKS = 60 };
static pthread_barrier_t all;

static void *work(void *unused) {
    char *blocks[BLOCKS];
    for (size_t size = 16; size < 30000; size += size / 4 + 8) {
        int count = 100000 / (int)size > BLOCKS ? BLOCKS : 100000 / (int)size;
        for (int i = 0; i < count; i++) fill(blocks[i] = malloc(size), size, 1);
        for (int i = 0; i < count; i++) free(blocks[i]);
    }
    pthread_barrier_wait(&all);
    for (int round = 0; round < 60; round++) {
        usleep(10000);
        for (int i = 0; i < BLOCKS * 20; i++) free(blocks[i % BLOCKS] = hide(malloc(3000)));
        for (int i = 0; i < BLOCKS; i++) blocks[i] = malloc(3000);
        for (int i = 0; i < BLOCKS; i++) free(blocks[i]);
    }
    pthread_barrier_wait(&all);
    pthread_barrier_wait(&all);
    return unused;
}

int main(void) {
    pthread_t threads[THREADS];
    pthread_barrier_init(&all, NULL, THREADS + 1);
    size_t before = resident();
    for (int i = 0; i < THREADS; i++) CHECK(!pthread_create(&threads[i], NULL, work, NULL), "no thread");
    pthread_barrier_wait(&all);
    pthread_barrier_wait(&all);
    size_t each = (resident() - before) / THREADS;
    CHECK(each < MIB * 3 / 4, "%zu bytes for each thread", each);
    pthread_barrier_wait(&all);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    return 0;
}
