// Proves that 64 threads on a few cores allocate, free and exchange blocks without a deadlock or a mixed-up block.
// expect: exit 0
// stderr-none
// timeout: 40
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "workout.h"
static void *_Atomic shared[256];

static void *work(void *argument) {
    uint64_t random = (uintptr_t)argument * 999983;
    for (int i = 0; i < 12000; i++) {
        size_t size = 8 + nextRandom(&random) % 500;
        unsigned char *block = malloc(size);
        CHECK(block != NULL, "no block");
        fill(block, size, (int)size);
        memcpy(block, &size, sizeof size < 8 ? 4 : 8);
        block = __atomic_exchange_n(&shared[nextRandom(&random) % 256], (void *)block, __ATOMIC_ACQ_REL);
        if (block == NULL) continue;
        memcpy(&size, block, 8);
        CHECK(filled(block + 8, size - 8, (int)size), "a block of %zu changed", size);
        free(block);
    }
    workout((uintptr_t)argument, 200);
    return NULL;
}

int main(void) {
    pthread_t threads[64];
    for (size_t i = 0; i < 64; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0, "thread %zu", i);
    for (int i = 0; i < 64; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 256; i++) free(shared[i]);
    return 0;
}
