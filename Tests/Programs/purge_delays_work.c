// Proves that every kind of purge delay serves a workout in four threads.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_PURGE_DELAY=0
// env: SWIFTMALLOC_PURGE_DELAY=1
// env: SWIFTMALLOC_PURGE_DELAY=-1
// env: SWIFTMALLOC_PURGE_DELAY=86400000
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "workout.h"

static void *work(void *argument) {
    for (uint64_t seed = 0; seed < 5; seed++) workout((uintptr_t)argument + seed, 2000), usleep(3000);
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    return 0;
}
