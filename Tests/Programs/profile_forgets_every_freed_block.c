// Proves that nothing is in use in a profile when everything was freed: blocks of all kinds, moved and changed in place by realloc,
// freed by other threads, by threads that have ended, and by signal handlers; with every block sampled, too.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=1
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=300
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// expect: exit 0
// production-only: the debug heap is not sampled
// link: -pthread
#include "profile.h"

#include <pthread.h>
#include <signal.h>

enum { BLOCKS = 4000, THREADS = 4 };
static void *blocks[THREADS][BLOCKS];
PLACE_BOUNDS(places);

static size_t sizeOf(uint64_t *random) {
    switch (nextRandom(random) % 20) {
        case 0: return 40000 + nextRandom(random) % 200000;
        case 1: return nextRandom(random) % 30 ? 2000 : 5 * MIB;
        default: return nextRandom(random) % 1500;
    }
}

PLACE(places) static void *make(void *argument) {
    uint64_t random = (uintptr_t)argument + 77;
    for (int index = 0; index < BLOCKS; index++) {
        void **place = &blocks[(uintptr_t)argument][index];
        *place = hide(malloc(sizeOf(&random)));
        if (nextRandom(&random) % 3 == 0) *place = hide(realloc(*place, sizeOf(&random) + 1));
        if (nextRandom(&random) % 50 == 0) {
            free(*place);
            *place = hide(aligned_alloc(256, 1024));
        }
    }
    return NULL;
}

static void *freeThose(void *argument) {
    for (int index = 0; index < BLOCKS; index++) {
        free(blocks[(uintptr_t)argument][index]);
        blocks[(uintptr_t)argument][index] = NULL;
    }
    return NULL;
}

static volatile int nextFreed;
static void freeSome(int number) {
    (void)number;
    for (int count = 0; count < 10 && nextFreed < BLOCKS; count++) { int index = nextFreed++; free(blocks[0][index]); }
}

static void eachThread(void *(*body)(void *), uintptr_t shift) {
    pthread_t threads[THREADS];
    for (uintptr_t index = 0; index < THREADS; index++)
        CHECK(!pthread_create(&threads[index], NULL, body, (void *)((index + shift) % THREADS)), "thread");
    for (int index = 0; index < THREADS; index++) pthread_join(threads[index], NULL);
}

int main(void) {
    double sums[PROFILE_VALUES];
    for (uintptr_t round = 0; round < 3; round++) {
        eachThread(make, 0);
        profileNow();
        PLACE_SUMS(places, sums);
        CHECK(sums[LIVE_BYTES] > 1000000, "round %d: only %.0f bytes in use", (int)round, sums[LIVE_BYTES]);
        eachThread(freeThose, round);
        profileNow();
        PLACE_SUMS(places, sums);
        CHECK(sums[LIVE_BLOCKS] == 0, "round %d: %.0f blocks in use", (int)round, sums[LIVE_BLOCKS]);
    }
    make((void *)0);
    signal(SIGALRM, freeSome);
    while (nextFreed < BLOCKS) raise(SIGALRM);
    profileNow();
    PLACE_SUMS(places, sums);
    CHECK(sums[LIVE_BLOCKS] == 0, "handlers: %.0f blocks in use", sums[LIVE_BLOCKS]);
    return 0;
}
