// Proves that block sizes are noted while threads allocate, end, and free what others allocated: numbers stay possible ones, and nothing is harmed.
// expect: exit 0
// stderr-none
// link: -lpthread
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_BLOCK_SIZES=1
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_BLOCK_SIZES=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_BLOCK_SIZES=1 SWIFTMALLOC_SIZE_CLASSES=16,32,48,64,80,128,144,256,512,528,1024,2048,2064,4096,8192,16384,32768
#include <pthread.h>
#include "live_file.h"
#include "workout.h"

enum { ROUNDS = 12, THREADS = 4, SHARED = 4096 };
static void *shared[SHARED];

static void *work(void *argument) {
    uint64_t random = (uintptr_t)argument * 88172645463325252u + 1;
    workout((uintptr_t)argument, 1500);
    for (int i = 0; i < 20000; i++) {
        size_t size = nextRandom(&random) % (i % 50 ? 400 : 30000);
        free(__atomic_exchange_n(&shared[nextRandom(&random) % SHARED], malloc(size), __ATOMIC_ACQ_REL));
    }
    return NULL;
}

int main(void) {
    for (uintptr_t round = 0; round < ROUNDS; round++) {
        pthread_t threads[THREADS];
        for (uintptr_t i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(round * THREADS + i + 1)) == 0, "thread");
        for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    }
    const Header *header = countersOf(getpid());
    if (!header) return 0;
    const uint64_t *rows = (const uint64_t *)((const char *)header + header->size_offset);
    uint64_t sum = 0, count = 0;
    for (size_t i = 0; i < header->size_count; i++) sum += rows[i] * 16 * (i + 1), count += rows[i];
    CHECK(count >= SHARED * 9 / 10 && count < SHARED + 4000, "%lu blocks", (unsigned long)count);
    CHECK(header->size_requested_bytes <= sum && sum <= header->size_block_bytes, "%lu bytes", (unsigned long)sum);
    return 0;
}
