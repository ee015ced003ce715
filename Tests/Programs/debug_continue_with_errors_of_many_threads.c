// Proves that with ON_ERROR=continue the errors of 8 threads at once are all counted, the reports' lines do not mix, and
// the threads' ordinary work goes on.
// expect: exit 0
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 1600 errors, 2 distinct$
// stderr-count: 3
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
#include <pthread.h>
#include "debug.h"
#include "workout.h"

static void *work(void *seed) {
    for (int i = 0; i < 100; i++) {
        char *block = malloc(200);
        free(hide(block + 8));
        free(block);
        free(hide(block));
        workout((uintptr_t)seed * 1000 + (uintptr_t)i, 20);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[8];
    for (uintptr_t i = 0; i < 8; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    return 0;
}
