// Proves that children forked while threads allocate can allocate, free, find their own errors, and end.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// timeout: 60
#include <pthread.h>
#include <sys/wait.h>
#include "debug.h"
#include "workout.h"
static volatile int stop;

static void *churn(void *seed) {
    uint64_t random = (uintptr_t)seed;
    while (!stop) free(malloc(nextRandom(&random) % 40000));
    return NULL;
}

int main(void) {
    pthread_t threads[3];
    for (uintptr_t i = 0; i < 3; i++) pthread_create(&threads[i], NULL, churn, (void *)(i + 1));
    for (int i = 0; i < 60; i++) {
        pid_t child = fork();
        CHECK(child >= 0, "fork %d", i);
        if (child == 0) {
            alarm(60);
            workout((uint64_t)i + 1, 100);
            CHECK(checkHeap() == 0, "errors in child %d", i);
            if (i % 2) exit(0);
            _exit(0);
        }
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(status == 0, "child %d ended with %x", i, status);
    }
    stop = 1;
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    return 0;
}
