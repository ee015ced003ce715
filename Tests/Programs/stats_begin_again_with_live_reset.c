// Proves that counts of calls and peaks begin again with swiftmalloc_live_reset, of all threads, those that end later too, and that
// what lives is still told of, to the block.
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_LOG={TMP}/log
// report: "resetAt":[0-9]+\.[0-9]+,.*"blockSize":768,"spans":[0-9]+,"allocations":205,"frees":55,"live":1150,"requestedBytes":805000,"peakBytes":
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_LIVE=1
// also: DEBUG=1
#include <pthread.h>
#include "check.h"
void swiftmalloc_live_reset(void) __attribute__((weak));
static pthread_barrier_t barrier;
static void *blocks[3000];

// 700 bytes are a class of their own here, of blocks of 768 bytes.
static void *work(void *argument) {
    char *first = argument;
    for (int i = 0; i < 500; i++) ((void **)first)[i] = malloc(700);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);  // counts begin again in between
    for (int i = 500; i < 600; i++) ((void **)first)[i] = malloc(700);
    for (int i = 480; i < 505; i++) free(((void **)first)[i]);
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    CHECK(swiftmalloc_live_reset, "no library");
    pthread_barrier_init(&barrier, NULL, 3);
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, work, &blocks[i * 1000]);
    for (int i = 0; i < 10000; i++) free(malloc(700));
    pthread_barrier_wait(&barrier);
    swiftmalloc_live_reset();
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 5; i++) free(malloc(700));
    return 0;
}
