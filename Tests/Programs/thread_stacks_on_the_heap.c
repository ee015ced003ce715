// Proves that threads may run on stacks that are blocks of ours, which are freed and reused after them.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "check.h"

static void *work(void *argument) {
    char array[5000];
    fill(array, sizeof array, 3);
    for (int i = 0; i < 100; i++) free(malloc((size_t)i * 100));
    CHECK(filled(array, sizeof array, 3), "the stack changed");
    return argument;
}

int main(void) {
    for (int i = 0; i < 500; i++) {
        pthread_t threads[3];
        void *stacks[3];
        for (int at = 0; at < 3; at++) {
            pthread_attr_t own;
            pthread_attr_init(&own);
            stacks[at] = aligned_alloc(4096, 262144);
            CHECK(pthread_attr_setstack(&own, stacks[at], 262144) == 0, "stack");
            CHECK(pthread_create(&threads[at], &own, work, NULL) == 0, "thread");
        }
        for (int at = 0; at < 3; at++) {
            pthread_join(threads[at], NULL);
            free(stacks[at]);
        }
    }
    return 0;
}
