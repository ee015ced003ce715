// Proves that a shared heap may be deleted while other threads have caches of it and free its blocks: every block keeps what is in it,
// each thread may free each, and the memory goes back with the last one, though the threads sleep or have ended.
// expect: exit 0
// stderr-none
// also: DEBUG=1
// timeout: 90
// link: {LIBRARY}
#include "heap.h"

enum { THREADS = 4, BLOCKS = 3000, ROUNDS = 60 };
static swiftmalloc_heap *own;
static unsigned char *_Atomic blocks[THREADS][BLOCKS];
static pthread_barrier_t step;

// Frees every block that nobody has freed, of one thread's share.
static void freeShare(int whose, int from, int by) {
    for (int i = from; i < BLOCKS; i += by) {
        unsigned char *block = __atomic_exchange_n(&blocks[whose][i], NULL, __ATOMIC_SEQ_CST);
        if (!block) continue;
        CHECK(filled(block, 16, whose) && swiftmalloc_heap_of(block) != (void *)1, "block %d of %d", i, whose);
        free(block);
    }
}

static void *work(void *argument) {
    int number = (int)(uintptr_t)argument;
    for (int round = 0; round < ROUNDS; round++) {
        pthread_barrier_wait(&step);
        for (int i = 0; i < BLOCKS; i++) blocks[number][i] = full(swiftmalloc_heap_malloc(own, 16 + (size_t)i % 400), 16, number);
        pthread_barrier_wait(&step);
        // The heap is deleted now, or just when it likes.
        if (round % 3 != 0) {
            freeShare(number, 0, 2);
            freeShare((number + 1) % THREADS, 0, 3);
        }
        pthread_barrier_wait(&step);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    size_t before = 0;
    pthread_barrier_init(&step, NULL, THREADS + 1);
    for (uintptr_t i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0, "no thread");
    for (int round = 0; round < ROUNDS; round++) {
        if (round == 20) before = resident();
        own = heap(0, "deleted", 0);
        pthread_barrier_wait(&step);
        pthread_barrier_wait(&step);
        swiftmalloc_heap_delete(own);
        pthread_barrier_wait(&step);
        for (int whose = 0; whose < THREADS; whose++) freeShare(whose, 0, 1);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    if (!getenv("SWIFTMALLOC_DEBUG"))
        CHECK(resident() < before + 8 * MIB, "%zu bytes before, %zu now", before, resident());
    return 0;
}
