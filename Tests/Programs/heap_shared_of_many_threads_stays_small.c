// Proves that many threads that use many shared heaps, a few blocks of each, take little memory for it: no cache for each pair; that
// a thread that uses a heap much gets one, and gives it back when it ends; and that all are served all the time.
// expect: exit 0
// stderr-none
// timeout: 90
// production-only: the debug heap keeps freed blocks
// link: {LIBRARY}
#include "heap.h"

enum { THREADS = 300, HEAPS = 200 };
static swiftmalloc_heap *heaps[HEAPS];
static pthread_barrier_t used, seen;

static void *work(void *argument) {
    unsigned number = (unsigned)(uintptr_t)argument;
    for (int i = 0; i < HEAPS; i++) {
        unsigned char *block = full(swiftmalloc_heap_malloc(heaps[i], 100), 100, (int)(number % 251));
        CHECK(filled(block, 100, (int)(number % 251)), "heap %d", i);
        free(block);
    }
    // One of them much.
    for (int i = 0; i < 2000; i++) free(swiftmalloc_heap_malloc(heaps[number % HEAPS], 64 + (size_t)i % 64));
    pthread_barrier_wait(&used);
    pthread_barrier_wait(&seen);
    return NULL;
}

int main(void) {
    static pthread_t threads[THREADS];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 << 10);
    pthread_barrier_init(&used, NULL, THREADS + 1);
    pthread_barrier_init(&seen, NULL, THREADS + 1);
    for (int i = 0; i < HEAPS; i++) heaps[i] = heap(0, "one of many", 0);
    size_t before = resident();
    for (uintptr_t i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], &attributes, work, (void *)i) == 0, "no thread");
    pthread_barrier_wait(&used);
    size_t pairs = THREADS * HEAPS, with = resident();
    pthread_barrier_wait(&seen);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    dprintf(1, "bytes=%zu\n", (with - before) / pairs);
    CHECK(with < before + 120 * MIB, "%zu bytes for each of %zu pairs", (with - before) / pairs, pairs);
    for (int i = 0; i < HEAPS; i++) {
        struct swiftmalloc_statistics_lines lines;
        CHECK(swiftmalloc_heap_statistics(heaps[i], &lines) == 1 && lines.requested == 0, "heap %d: %zd bytes are live", i, lines.requested);
        swiftmalloc_heap_destroy(heaps[i]);
    }
    return 0;
}
