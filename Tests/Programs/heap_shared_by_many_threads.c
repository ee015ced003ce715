// Proves that a heap for all threads serves and takes back blocks of all of them, whoever frees them, also with the process' free.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
// timeout: 40
// link: {LIBRARY}
#include "heap.h"

enum { THREADS = 6, SLOTS = 600, ROUNDS = 20000 };
static swiftmalloc_heap *own;
static void *_Atomic slots[SLOTS];

static void *work(void *argument) {
    unsigned seed = (unsigned)(uintptr_t)argument;
    for (int i = 0; i < ROUNDS; i++) {
        size_t size = 16 + rand_r(&seed) % 3000 * (rand_r(&seed) % 100 == 0 ? 40 : 1);
        unsigned char *block = rand_r(&seed) % 3 ? swiftmalloc_heap_malloc(own, size) : malloc(size);
        CHECK(block, "%zu bytes", size);
        block[0] = 'a' + size % 26;
        *(unsigned *)(block + 4) = (unsigned)size;
        block[size - 1] = block[0];
        unsigned char *old = __atomic_exchange_n(&slots[rand_r(&seed) % SLOTS], block, __ATOMIC_SEQ_CST);
        if (!old) continue;
        size_t length = *(unsigned *)(old + 4);
        CHECK(old[0] == 'a' + length % 26 && old[length - 1] == old[0], "a block of %zu bytes", length);
        free(old);
    }
    return NULL;
}

int main(void) {
    own = heap(0, "shared", 0);
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < SLOTS; i++) free(slots[i]);
    struct swiftmalloc_statistics_lines lines;
    CHECK(swiftmalloc_heap_statistics(own, &lines) == 1 && lines.requested == 0, "%zd bytes are live", lines.requested);
    swiftmalloc_heap_destroy(own);
    return 0;
}
