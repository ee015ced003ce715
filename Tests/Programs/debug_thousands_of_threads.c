// Proves that 6000 threads over the process' life, that leave blocks behind for others to free, cost no memory that stays.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=1m
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_QUARANTINE=1m
// timeout: 60
#include <pthread.h>
#include "check.h"

static void *work(void *argument) {
    char *blocks[20];
    for (size_t i = 0; i < 20; i++) fill(blocks[i] = malloc(i * 40 + 8), i * 40 + 8, (int)i);
    for (size_t i = 1; i < 20; i++) {
        CHECK(filled(blocks[i], i * 40 + 8, (int)i), "block changed");
        free(blocks[i]);
    }
    free(argument);
    return blocks[0];
}

int main(void) {
    size_t before = 0;
    for (int i = 0; i < 2000; i++) {
        pthread_t threads[3];
        void *left;
        if (i == 300) before = resident();
        for (int k = 0; k < 3; k++) CHECK(pthread_create(&threads[k], NULL, work, malloc(100)) == 0, "thread %d", i * 3 + k);
        for (int k = 0; k < 3; k++) pthread_join(threads[k], &left), free(left);
    }
    CHECK(resident() < before + 32 * MIB, "grew by %zu", resident() - before);
    return 0;
}
