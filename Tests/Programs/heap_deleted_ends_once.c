// Proves that a deleted heap of which two threads free the last two blocks at once ends once.
// expect: exit 0
// stderr-none
// timeout: 20
// link: {LIBRARY}
#include <stdatomic.h>
#include "heap.h"

static _Atomic(void *) given;
static char *const end = "end";

static void *freeWhatIsGiven(void *argument) {
    for (;;) {
        void *block = atomic_load(&given);
        if (block == end) return argument;
        if (!block) continue;
        free(block);
        atomic_store(&given, NULL);
    }
}

int main(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, freeWhatIsGiven, NULL) == 0, "no thread");
    double began = seconds();
    for (int i = 0; i < 2000 || (i < 20000 && seconds() - began < 1); i++) {
        unsigned flags = i % 2 ? SWIFTMALLOC_HEAP_BUMP : 0;
        swiftmalloc_heap *own = heap(flags, "deleted", 0);
        void *first = swiftmalloc_heap_malloc(own, 100), *second = swiftmalloc_heap_malloc(own, 100);
        swiftmalloc_heap_delete(own);
        atomic_store(&given, first);
        free(second);
        while (atomic_load(&given)) {}
    }
    atomic_store(&given, end);
    pthread_join(thread, NULL);
    return 0;
}
