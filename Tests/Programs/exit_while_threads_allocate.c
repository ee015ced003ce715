// Proves that 200 processes end in order while 3 of their threads still allocate and free.
// expect: exit 0
// stderr-none
// timeout: 40
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include <sys/wait.h>
#include "check.h"

static void *churn(void *argument) {
    uint64_t random = (uintptr_t)argument;
    while (1) free(malloc(nextRandom(&random) % 50000));
    return NULL;
}

static void handler(void) {
    for (int i = 0; i < 100; i++) free(malloc(10000));
}

int main(void) {
    for (int i = 0; i < 200; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(60);
            pthread_t thread;
            atexit(handler);
            for (size_t at = 1; at <= 3; at++) pthread_create(&thread, NULL, churn, (void *)at);
            usleep(1000);
            exit(9);
        }
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9, "child %d ended with %x", i, status);
    }
    return 0;
}
