// Proves that swiftmalloc_bump_malloc of a heap that was destroyed or deleted ends the process with one line, as the function does.
// expect: abort
// arguments: DELETED=0 DELETED=1
// stderr: ==\d+==ERROR: swiftmalloc: heap-misuse on address {ADDRESS} \(swiftmalloc_heap_malloc of a heap that was destroyed or deleted\), thread .*
// link: {LIBRARY}
#include "heap.h"

ARGUMENT(int, DELETED)

int main(void) {
    swiftmalloc_heap *own = heap(SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP, "own", 0);
    unsigned char *kept = full(swiftmalloc_bump_malloc(own, 100), 100, 1);
    announce(own);
    DELETED ? swiftmalloc_heap_delete(own) : swiftmalloc_heap_destroy(own);
    if (DELETED) CHECK(filled(kept, 100, 1), "contents");
    hide(swiftmalloc_bump_malloc(own, 100));
    return 0;
}
