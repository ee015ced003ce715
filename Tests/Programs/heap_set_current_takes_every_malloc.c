// Proves that while a thread has chosen a heap, all its malloc functions take from it, those of the C library's own functions too, and of other threads none.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LEAKS=1 LIVE=1
// link: {LIBRARY}
#include "heap.h"

static _Atomic int phase;

static void *other(void *argument) {
    while (phase != 1) usleep(100);
    void *block = malloc(50);
    CHECK(swiftmalloc_heap_of(block) == NULL, "a block of another thread");
    free(block);
    phase = 2;
    return argument;
}

int main(void) {
    void *kept = malloc(100);
    for (int kind = 0; kind < KINDS; kind++) {
        swiftmalloc_heap *own = heap(kinds[kind], "chosen", 0), *second = heap(0, "second", 0);
        free(malloc(10));
        pthread_t thread;
        phase = 0;
        pthread_create(&thread, NULL, other, NULL);
        CHECK(swiftmalloc_heap_set_current(own) == NULL, "there was one before");
        void *aligned = NULL;
        CHECK(posix_memalign(&aligned, 64, 100) == 0, "posix_memalign");
        void *blocks[] = {malloc(20), calloc(3, 50), realloc(NULL, 30), memalign(32, 40), aligned_alloc(64, 128), aligned,
                          strdup("a string"), malloc(100000), malloc(6000000), valloc(10)};
        for (int i = 0; i < 10; i++) CHECK(swiftmalloc_heap_of(blocks[i]) == own, "kind %d: block %d", kind, i);
        kept = realloc(kept, 200 + kind);
        CHECK(swiftmalloc_heap_of(kept) == NULL, "realloc left the process' heap");
        phase = 1;
        while (phase != 2) usleep(100);
        CHECK(swiftmalloc_heap_set_current(second) == own, "nested");
        void *inner = malloc(20);
        CHECK(swiftmalloc_heap_of(inner) == second, "nested");
        free(inner);
        for (int i = 0; i < 10; i++) free(blocks[i]);
        CHECK(swiftmalloc_heap_set_current(own) == second, "back");
        swiftmalloc_heap_destroy(second);
        swiftmalloc_heap_destroy(own);
        pthread_join(thread, NULL);
        void *block = malloc(20);
        CHECK(swiftmalloc_heap_of(block) == NULL, "a destroyed heap stays chosen");
        free(block);
    }
    free(kept);
    return 0;
}
