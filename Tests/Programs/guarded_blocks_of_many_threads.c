// Proves that threads share the pool: blocks of one are changed and freed by others, with their contents, and no error is found.
// env: SWIFTMALLOC_GUARD_SAMPLE=100
// env: SWIFTMALLOC_GUARD_SAMPLE=100 SWIFTMALLOC_STATS=json SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=1
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
// link: -pthread
#include "guarded.h"
#include <pthread.h>

enum { THREADS = 4, SLOTS = 256, ROUNDS = 20000 };
static unsigned char *slots[SLOTS];

static void *work(void *argument) {
    uint64_t state = (uint64_t)(uintptr_t)argument * 77 + 1;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t number = nextRandom(&state);
        size_t size = 2 + number % 300;
        unsigned char *block = number & 1024 ? malloc(size) : calloc(1, size);
        CHECK(block, "no block");
        if (number & 2048) block = realloc(block, size *= 2);
        memset(block, (int)(size & 255), size > 500 ? 500 : size);
        block[0] = (unsigned char)size, block[1] = (unsigned char)(size >> 8);
        block = __atomic_exchange_n(&slots[number >> 16 & (SLOTS - 1)], block, __ATOMIC_ACQ_REL);
        if (!block) continue;
        size = block[0] | (size_t)block[1] << 8;
        CHECK(filled(block + 2, (size > 500 ? 500 : size) - 2, (int)(size & 255)), "contents of a block of %zu", size);
        free(block);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    for (long i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0, "thread");
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    return 0;
}
