// Proves that a second thread that uses a local heap, or frees a block of it, ends the process with one line.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-misuse on address {ADDRESS} \((swiftmalloc_heap_(malloc|free_all|destroy)|free|realloc) by another thread than the one that the local heap "parser" belongs to\), thread "second" \([0-9]+\)$
// stderr-count: 1
// arguments: CALL=0 CALL=1 CALL=2 CALL=3 CALL=4
// also: DEBUG=1
// link: {LIBRARY}
#include "heap.h"

ARGUMENT(int, CALL)

static swiftmalloc_heap *own;
static void *block;

static void *second(void *argument) {
    pthread_setname_np(pthread_self(), "second");
    announce(CALL == 1 || CALL == 2 ? block : own);
    switch (CALL) {
    case 0: swiftmalloc_heap_malloc(own, 10); break;
    case 1: free(block); break;
    case 2: return realloc(block, 5000);
    case 3: swiftmalloc_heap_free_all(own); break;
    case 4: swiftmalloc_heap_destroy(own); break;
    }
    return argument;
}

int main(void) {
    own = heap(SWIFTMALLOC_HEAP_LOCAL, "parser", 0);
    block = swiftmalloc_heap_malloc(own, 40);
    inThread(second, NULL);
    return 0;
}
