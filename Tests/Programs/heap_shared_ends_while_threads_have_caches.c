// Proves that a shared heap may be emptied and destroyed while other threads have caches of it, and that those threads then use
// others, also heaps that get the same slots again: 70,000 heaps one after the other are more than there are slots.
// expect: exit 0
// stderr-none
// also: DEBUG=1
// timeout: 90
// link: {LIBRARY}
#include "heap.h"

enum { THREADS = 4, BLOCKS = 200 };
static swiftmalloc_heap *own;
static pthread_barrier_t begin, end;
static int rounds, empties;

static void *work(void *argument) {
    uintptr_t number = (uintptr_t)argument;
    void *kept[8];
    for (int round = 0; round < rounds; round++) {
        pthread_barrier_wait(&begin);
        for (int turn = 0; turn <= empties; turn++) {
            if (turn) pthread_barrier_wait(&begin);
            unsigned char *blocks[BLOCKS];
            for (int i = 0; i < BLOCKS; i++) blocks[i] = full(swiftmalloc_heap_malloc(own, 20 + (size_t)i), 20, (int)number);
            for (int i = 0; i < BLOCKS; i++) {
                CHECK(filled(blocks[i], 20, (int)number), "round %d, block %d", round, i);
                // What stays ends with the heap.
                if (i % 3 == 0) free(blocks[i]);
                if (i % 3 == 1) swiftmalloc_heap_free(own, blocks[i]);
            }
            if (turn < empties) pthread_barrier_wait(&end);
        }
        // The process' heap is no less whole for it.
        for (int i = 0; i < 8; i++) kept[i] = malloc(50);
        for (int i = 0; i < 8; i++) free(kept[i]);
        pthread_barrier_wait(&end);
    }
    return NULL;
}

static void run(int heaps, int turns) {
    pthread_t threads[THREADS];
    rounds = heaps, empties = turns;
    for (uintptr_t i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0, "no thread");
    for (int round = 0; round < heaps; round++) {
        own = heap(0, "shared", round % 2 ? 0 : 64 * MIB);
        for (int turn = 0; turn <= turns; turn++) {
            pthread_barrier_wait(&begin);
            pthread_barrier_wait(&end);
            if (turn < turns) swiftmalloc_heap_free_all(own);
        }
        swiftmalloc_heap_destroy(own);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

int main(void) {
    pthread_barrier_init(&begin, NULL, THREADS + 1);
    pthread_barrier_init(&end, NULL, THREADS + 1);
    run(200, 5);
    // Each thread has caches in several places now, and the slots come round again.
    for (int i = 0; i < (getenv("SWIFTMALLOC_DEBUG") ? 100 : 66000); i++) {
        swiftmalloc_heap *other = heap(0, NULL, 0);
        free(swiftmalloc_heap_malloc(other, 10));
        swiftmalloc_heap_destroy(other);
    }
    run(200, 1);
    return 0;
}
