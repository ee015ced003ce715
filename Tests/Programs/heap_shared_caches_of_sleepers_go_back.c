// Proves that what sleeping threads keep of a shared heap goes back: by malloc_trim at once, and by itself a while later.
// expect: exit 0
// stderr-none
// arguments: TRIM=1 TRIM=0
// timeout: 60
// production-only: the debug heap keeps freed blocks
// link: {LIBRARY}
#include "heap.h"

ARGUMENT(int, TRIM)
enum { THREADS = 24, BLOCKS = 4000 };
static swiftmalloc_heap *own;
static pthread_barrier_t step;

static void *work(void *argument) {
    static __thread void *blocks[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) blocks[i] = full(swiftmalloc_heap_malloc(own, 100 + (size_t)i % 900), 100, 1);
    // One stays in each hundredth place, so that the spans stay.
    for (int i = 0; i < BLOCKS; i++) if (i % 100) free(blocks[i]);
    pthread_barrier_wait(&step);
    pthread_barrier_wait(&step);
    for (int i = 0; i < BLOCKS; i += 100) {
        CHECK(filled(blocks[i], 100, 1), "block %d", i);
        free(blocks[i]);
    }
    for (int i = 0; i < BLOCKS; i++) free(swiftmalloc_heap_malloc(own, 100));
    return argument;
}

int main(void) {
    pthread_t threads[THREADS];
    pthread_barrier_init(&step, NULL, THREADS + 1);
    own = heap(0, "sleepers", 0);
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, NULL) == 0, "no thread");
    pthread_barrier_wait(&step);
    size_t before = resident();
    if (TRIM) malloc_trim(0);
    else for (int i = 0; i < 80 && resident() > before - 20 * MIB; i++) usleep(100000);
    size_t after = resident();
    pthread_barrier_wait(&step);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    CHECK(after + 20 * MIB < before, "%zu bytes before, %zu after", before, after);
    swiftmalloc_heap_destroy(own);
    return 0;
}
