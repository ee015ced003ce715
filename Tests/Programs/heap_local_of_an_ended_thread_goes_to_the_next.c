// Proves that a local heap whose thread has ended belongs to the next thread that uses it.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
// link: {LIBRARY}
#include "heap.h"

static void *blocks[100];

static void *make(void *argument) {
    swiftmalloc_heap *own = heap(SWIFTMALLOC_HEAP_LOCAL | (unsigned)(uintptr_t)argument, "of the ended", 0);
    for (int i = 0; i < 100; i++) memset(blocks[i] = swiftmalloc_heap_malloc(own, i * 100), i, i * 100);
    return own;
}

int main(void) {
    for (int kind = 0; kind <= SWIFTMALLOC_HEAP_BUMP; kind += SWIFTMALLOC_HEAP_BUMP) {
        pthread_t thread;
        void *own;
        pthread_create(&thread, NULL, make, (void *)(uintptr_t)kind);
        pthread_join(thread, &own);
        for (int i = 1; i < 100; i++) {
            CHECK(((unsigned char *)blocks[i])[i * 100 - 1] == i, "block %d", i);
            free(blocks[i]);
        }
        CHECK(swiftmalloc_heap_malloc(own, 100), "no block");
        swiftmalloc_heap_destroy(own);
    }
    return 0;
}
