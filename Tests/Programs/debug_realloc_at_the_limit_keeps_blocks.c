// Proves that a block of a program's own heap stays one of it when threads give blocks other lengths at the heap's limit.
// expect: exit 0
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// link: {LIBRARY}
#include "heap.h"
static swiftmalloc_heap *own;

static void *work(void *argument) {
    char *blocks[32] = {0};
    uint64_t random = (uintptr_t)argument;
    for (int round = 0; round < 20000; round++) {
        char **block = &blocks[nextRandom(&random) % 32];
        size_t size = nextRandom(&random) % 30000 + 1;
        if (!*block) {
            *block = swiftmalloc_heap_malloc(own, size / 4 + 1);
        } else if (size % 2) {
            free(*block), *block = NULL;
        } else {
            char *moved = realloc(*block, size);
            if (moved) *block = moved;
            CHECK(swiftmalloc_heap_of(*block) == own, "round %d: a live block is no block of its heap", round);
        }
    }
    for (int i = 0; i < 32; i++) free(blocks[i]);
    return NULL;
}

static void counts(void *block, size_t size, void *count) { (void)block, (void)size, ++*(int *)count; }

int main(void) {
    pthread_t threads[4];
    int count = 0;
    own = heap(0, "own", 65536);
    for (uintptr_t i = 0; i < 4; i++) CHECK(!pthread_create(&threads[i], NULL, work, (void *)(i + 1)), "no thread");
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    CHECK(swiftmalloc_heap_visit(own, counts, &count) == 1 && count == 0, "%d live", count);
    // What the limit counts is what lives.
    hide(swiftmalloc_heap_malloc(own, 65536 - 16));
    CHECK(!swiftmalloc_heap_malloc(own, 100), "more than the limit");
    return 0;
}
