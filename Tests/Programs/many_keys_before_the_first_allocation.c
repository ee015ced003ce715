// Proves that a thread whose keys are all taken (pthread_setspecific itself allocates beyond 32) allocates and ends cleanly.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <limits.h>
#include <pthread.h>
#include "check.h"
static pthread_key_t keys[PTHREAD_KEYS_MAX];
static int count;

static void *work(void *argument) {
    for (int i = count - 1; i >= 0; i--) CHECK(pthread_setspecific(keys[i], malloc(50)) == 0, "key %d", i);
    return argument;
}

int main(void) {
    size_t before = 0;
    while (count < PTHREAD_KEYS_MAX && pthread_key_create(&keys[count], free) == 0) count++;
    CHECK(count > 900, "only %d keys", count);
    for (int i = 0; i < 500; i++) {
        if (i == 50) before = resident();
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, work, NULL) == 0, "thread %d", i);
        pthread_join(thread, NULL);
    }
    CHECK(resident() < before + 8 * MIB + withheld(), "grew by %zu", resident() - before);
    return 0;
}
