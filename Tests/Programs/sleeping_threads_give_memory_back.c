// Proves that what threads keep goes back though they sleep: whoever calls malloc_trim(0) does it, and after a while whoever
// works. Of 40 threads each has had 4 MB; what it keeps is the same for all whose KIND is
//   0   nothing           all blocks were freed: spans that malloc takes from, and emptied ones
//   1   one block of 33   the pages between them
//   2   nothing           the blocks were freed by another thread, while their own slept
//   3   nothing           the blocks were those of another thread, and wait to be given to it
// production-only: the debug heap keeps what was freed
// arguments: KIND=0,AGE=0 KIND=1,AGE=0 KIND=2,AGE=0 KIND=3,AGE=0 KIND=0,AGE=1 KIND=1,AGE=1 KIND=2,AGE=1 KIND=3,AGE=1
// env: SWIFTMALLOC_BACKGROUND=0
// also: LIVE=1
#include <pthread.h>
#include <stdatomic.h>
#include "check.h"
ARGUMENT(int, KIND)
ARGUMENT(int, AGE)
enum { threads = 40, blocks = 8000 };
static char *block[threads][blocks];
static pthread_barrier_t barrier;
static atomic_int turn;

static void freeAll(int number) {
    for (int i = 0; i < blocks; i++)
        if (KIND != 1 || i % 33) free(block[number][i]);
}

static void *work(void *argument) {
    int number = (int)(uintptr_t)argument;
    while (atomic_load(&turn) != number) usleep(1000);
    for (int i = 0; i < blocks; i++) {
        size_t size = KIND == 1 ? 500 : (size_t)(24 + i % 976);
        block[number][i] = malloc(size);
        fill(block[number][i], size, 3);
    }
    if (KIND < 2) freeAll(number);
    if (KIND == 3 && number > 0) freeAll(number - 1);
    atomic_fetch_add(&turn, 1);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < blocks; i += 33)
        if (KIND == 1) CHECK(block[number][i][0] == block[number][i][499], "a live block");
    return NULL;
}

int main(void) {
    pthread_t thread[threads];
    size_t before = resident();
    pthread_barrier_init(&barrier, NULL, threads + 1);
    for (uintptr_t i = 0; i < threads; i++) CHECK(!pthread_create(&thread[i], NULL, work, (void *)i), "no thread");
    pthread_barrier_wait(&barrier);
    if (KIND == 2)
        for (int i = 0; i < threads; i++) freeAll(i);
    if (KIND == 3) freeAll(threads - 1);
    if (!AGE) malloc_trim(0);
    for (double began = seconds(); AGE && seconds() - began < 3; usleep(1000)) free(memset(malloc(50000), 1, 50000));
    // A live block keeps a page at the most.
    size_t live = KIND == 1 ? threads * ((blocks / 33) + 1) * (size_t)4096 : 0, kept = resident() - before;
    CHECK(kept < live + threads * 150000, "%zu kB for %zu kB of pages in use", kept / 1024, live / 1024);
    CHECK(KIND == 1 || AGE || malloc_trim(0) == 0, "a second trim found something");
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < threads; i++) pthread_join(thread[i], NULL);
    return 0;
}
