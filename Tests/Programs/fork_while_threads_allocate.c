// Proves that many children, forked while 4 threads allocate, allocate and free every kind of size without a deadlock.
// expect: exit 0
// stderr-none
// timeout: 60
// also: DEBUG=1
#include <pthread.h>
#include <sys/wait.h>
#include "check.h"
static volatile int stop;

static void *churn(void *argument) {
    uint64_t random = (uintptr_t)argument;
    void *blocks[64] = {0};
    for (int i = 0; !stop; i++) {
        if (i % 200 == 0) usleep(100);  // so that forks, not threads, fill the time
        uint64_t at = nextRandom(&random) % 64;
        free(blocks[at]);
        blocks[at] = malloc(nextRandom(&random) % 100 < 97 ? nextRandom(&random) % 3000 : nextRandom(&random) % 400000);
    }
    for (int at = 0; at < 64; at++) free(blocks[at]);
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) pthread_create(&threads[i], NULL, churn, (void *)(i + 1));
    // A fork of the debug heap copies thousands of mappings.
    int children = isDebug() ? 300 : 2000;
    for (int i = 0; i < children; i++) {
        pid_t child = fork();
        CHECK(child >= 0, "fork %d", i);
        if (child == 0) {
            alarm(60);
            void *blocks[40];
            for (size_t at = 0; at < 40; at++) {
                blocks[at] = malloc(at * at * at * 7 + 1);
                CHECK(blocks[at] != NULL, "no block in child %d", i);
                fill(blocks[at], 1, 1);
            }
            for (size_t at = 0; at < 40; at++) free(blocks[at]);
            _exit(0);
        }
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(status == 0, "child %d ended with %x", i, status);
    }
    stop = 1;
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    return 0;
}
