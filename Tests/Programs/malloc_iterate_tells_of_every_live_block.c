// Proves that malloc_iterate tells of every live block once, with its usable size, and of nothing that was freed, whatever thread freed it
// and wherever it waits: small, medium, large and aligned blocks, those of heaps of the program's own; and only within its limits.
// expect: exit 0
// link: {LIBRARY} -pthread
// also: DEBUG=1 LEAKS=1 LIVE=1 STATS=1 DEBUG=guard SIZE_CLASSES=2 PURGE_DELAY=0
#include "heap.h"
#include <malloc.h>
#include <pthread.h>
enum { THREADS = 4, EACH = 2000, OTHERS = 12, ALL = THREADS * EACH + OTHERS };
static void *blocks[ALL];
static size_t usable[ALL];
static unsigned char seen[ALL];
static pthread_barrier_t barrier;

static size_t size_of(int index) {
    static const size_t sizes[] = {1, 24, 100, 200, 500, 1024, 3000, 9000};
    return sizes[index % 8];
}
static void *work(void *argument) {
    const int self = (int)(intptr_t)argument, other = (self + 1) % THREADS;
    for (int i = 0; i < EACH; i++) blocks[self * EACH + i] = malloc(size_of(i));
    for (int i = 0; i < EACH; i += 3) free(blocks[self * EACH + i]), blocks[self * EACH + i] = NULL;
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < EACH; i += 5) free(blocks[other * EACH + i]), blocks[other * EACH + i] = NULL;
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);  // It keeps its cache until the end.
    return NULL;
}

static int place(const void *block) {
    for (int i = 0; i < ALL; i++)
        if (blocks[i] == block) return i;
    return -1;
}
static int told, ours;
static void take(uintptr_t block, size_t size, void *argument) {
    (void)argument;
    told++;
    const int index = place((void *)block);
    if (index < 0) return;
    ours += !seen[index]++;
    CHECK(seen[index] == 1, "block %d is told twice", index);
    CHECK(size == usable[index], "block %d has %zu bytes, not %zu", index, size, usable[index]);
}
static void none(uintptr_t block, size_t size, void *only) {
    (void)size;
    CHECK(!only || block == (uintptr_t)only, "%zx is out of the limits", (size_t)block);
    told++;
}

int main(void) {
    swiftmalloc_heap_options options = {.size = sizeof options};
    swiftmalloc_heap *shared = swiftmalloc_heap_new(&options);
    options.flags = SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP;
    swiftmalloc_heap *bump = swiftmalloc_heap_new(&options);
    options.flags = SWIFTMALLOC_HEAP_LOCAL;
    swiftmalloc_heap *local = swiftmalloc_heap_new(&options);
    pthread_t threads[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    void **rest = blocks + THREADS * EACH;
    rest[0] = malloc(40000), rest[1] = malloc(1 << 20), rest[2] = malloc(5 << 20), rest[3] = malloc(70 << 20);
    rest[4] = aligned_alloc(4096, 8192), rest[5] = aligned_alloc(1 << 20, 3 << 20);
    rest[6] = swiftmalloc_heap_malloc(shared, 100), rest[7] = swiftmalloc_heap_malloc(shared, 100000);
    rest[8] = swiftmalloc_heap_malloc(bump, 50), rest[9] = swiftmalloc_heap_malloc(bump, 500000);
    rest[10] = swiftmalloc_heap_malloc(local, 33), rest[11] = swiftmalloc_heap_malloc(local, 9 << 20);
    swiftmalloc_heap_free(bump, swiftmalloc_heap_malloc(bump, 70));
    free(malloc(6 << 20)), free(malloc(50000));
    int live = 0;
    for (int i = 0; i < ALL; i++) live += blocks[i] != NULL, usable[i] = malloc_usable_size(blocks[i]);
    // The C library's own: they are as many before and after.
    CHECK(malloc_iterate(0, SIZE_MAX, take, NULL) == 0, "it failed");
    CHECK(ours == live, "%d of %d blocks are told", ours, live);
    CHECK(told - ours < 40, "%d more blocks than the program's", told - ours);
    told = 0;
    malloc_iterate((uintptr_t)rest[2], 1, none, rest[2]);
    CHECK(told == 1, "%d blocks begin at one", told);
    told = 0;
    malloc_iterate((uintptr_t)rest[2] + 1, 4096, none, rest[0]);
    malloc_iterate((uintptr_t)rest[2], 0, none, rest[0]);
    CHECK(told == 0, "%d blocks begin where none does", told);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    return 0;
}
