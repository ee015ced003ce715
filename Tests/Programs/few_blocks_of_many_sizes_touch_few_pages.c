// Proves that a thread that has few blocks of each of many sizes at a time touches few pages for them, however often it
// replaces them: three pages for each size with all that a thread costs, and not four.
// arguments: THREADS=5 THREADS=20
// production-only: the debug heap gives freed blocks out late
#include "check.h"
#include <pthread.h>
ARGUMENT(int, THREADS)

enum { SIZES = 16, LIVE = 2, ROUNDS = 300 };
static pthread_barrier_t all;

static void *work(void *unused) {
    char *blocks[SIZES][LIVE] = {0};
    for (int round = 0; round < ROUNDS; round++)
        for (int k = 0; k < SIZES; k++) {
            free(blocks[k][round % LIVE]);
            size_t size = (size_t)(80 + k % 4 * 16) << (k / 4);
            fill(blocks[k][round % LIVE] = malloc(size), size, 1);
        }
    pthread_barrier_wait(&all);
    pthread_barrier_wait(&all);
    return unused;
}

static void *first(void *unused) {
    for (size_t size = 16; size < 3000; size += 16) free(hide(malloc(size)));
    usleep(20000);
    return unused;
}

int main(void) {
    pthread_t threads[20];
    pthread_barrier_init(&all, NULL, (unsigned)THREADS + 1);
    // What the first thread costs besides: code that was not there yet, and the library's own thread.
    CHECK(!pthread_create(&threads[0], NULL, first, NULL) && !pthread_join(threads[0], NULL), "no thread");
    size_t before = resident();
    for (int i = 0; i < THREADS; i++) CHECK(!pthread_create(&threads[i], NULL, work, NULL), "no thread");
    pthread_barrier_wait(&all);
    size_t each = (resident() - before) / (size_t)THREADS;
    CHECK(each < SIZES * 3 * 4096, "%zu bytes for each thread", each);
    pthread_barrier_wait(&all);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    return 0;
}
