// Proves that four threads which all meet the end of memory get null with ENOMEM, free theirs, and go on.
// expect: exit 0
// stderr-none
// ulimit: -v 400000
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "check.h"
static volatile int nulls;

static void *work(void *argument) {
    for (size_t round = 0; round < 6; round++) {
        size_t size = 50 + round * round * round * 300 * (size_t)(uintptr_t)argument;
        void **last = NULL;
        for (void **block;; last = block) {
            errno = 0;
            if ((block = malloc(size)) == NULL) break;
            *block = last;
        }
        CHECK(errno == ENOMEM, "null without ENOMEM");
        __atomic_add_fetch(&nulls, 1, __ATOMIC_RELAXED);
        while (last) {
            void **block = last;
            last = *block;
            free(block);
        }
    }
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0, "thread %zu", i);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    CHECK(nulls == 24, "%d nulls", nulls);
    void *block = malloc(20 * MIB);
    CHECK(block != NULL, "nothing left although all was freed");
    free(block);
    return 0;
}
