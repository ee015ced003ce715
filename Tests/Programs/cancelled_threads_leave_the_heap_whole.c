// Proves that threads cancelled between allocations, whose cleanup handlers free their blocks, leave the heap in order.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "workout.h"

static void cleanup(void *argument) {
    free(*(void **)argument);
    free(malloc(300));
}

static void *work(void *unused) {
    void *block = malloc(1000);
    pthread_cleanup_push(cleanup, &block);
    while (1) {
        block = realloc(block, 1000 + (size_t)time(NULL) % 3000);
        free(malloc(40000));
        pthread_testcancel();
    }
    pthread_cleanup_pop(0);
    return unused;
}

int main(void) {
    size_t before = 0;
    for (int i = 0; i < 2000; i++) {
        if (i == 200) before = resident();
        pthread_t thread;
        void *result;
        CHECK(pthread_create(&thread, NULL, work, NULL) == 0, "thread %d", i);
        pthread_cancel(thread);
        pthread_join(thread, &result);
        CHECK(result == PTHREAD_CANCELED, "thread %d was not cancelled", i);
    }
    workout(2, 3000);
    CHECK(resident() < before + 8 * MIB + withheld(), "grew by %zu", resident() - before);
    return 0;
}
