// Proves that _exit ends the process at once with its status, with blocks and threads alive and nothing printed.
// expect: exit 42
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "workout.h"

static void *churn(void *unused) {
    while (1) free(malloc(3000));
    return unused;
}

static void never(void) { dprintf(2, "==handler ran\n"); }

int main(void) {
    pthread_t thread;
    atexit(never);
    pthread_create(&thread, NULL, churn, NULL);
    workout(1, 2000);
    void *kept = hide(malloc(1000));
    _exit(kept ? 42 : 1);
}
