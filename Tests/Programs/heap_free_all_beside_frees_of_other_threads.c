// Proves that free_all frees every block of a heap, and destroy too, while other threads allocate and free blocks of other
// heaps.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=0
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=0
// timeout: 60
// link: {LIBRARY}
#include "heap.h"

enum { BLOCKS = 1000, ROUNDS = 2500 };
static swiftmalloc_heap *other;
static volatile int isOver;

static void *churn(void *unused) {
    void *blocks[BLOCKS] = {0};
    (void)unused;
    for (unsigned i = 0; !isOver; i++) {
        void **block = &blocks[i * 2654435761u % BLOCKS];
        free(*block);
        *block = *block ? NULL : swiftmalloc_heap_malloc(other, 40);
    }
    return NULL;
}

static void count(void *block, size_t size, void *counter) {
    (void)block, (void)size;
    ++*(int *)counter;
}

int main(void) {
    enum { THREADS = 3 };
    pthread_t threads[THREADS];
    other = heap(0, "other", 0);
    swiftmalloc_heap *own = heap(0, "own", 0);
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, churn, NULL) == 0, "no thread");
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < BLOCKS; i++) CHECK(swiftmalloc_heap_malloc(own, 40), "no memory");
        swiftmalloc_heap_free_all(own);
        int left = 0;
        swiftmalloc_heap_visit(own, count, &left);
        CHECK(left == 0, "round %d: %d blocks left", round, left);
    }
    isOver = 1;
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    swiftmalloc_heap_destroy(own);
    swiftmalloc_heap_destroy(other);
    return 0;
}
