// Proves that what is no heap, and what was one, ends the process with one line, whatever is done with it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-misuse on address {ADDRESS} \(swiftmalloc_heap_[a-z_]+ of (what is no heap|a heap that was destroyed or deleted)\), thread "heap_of_a_forei" \([0-9]+\)$
// stderr-count: 1
// arguments: CALL=0,HANDLE=0 CALL=1,HANDLE=1 CALL=2,HANDLE=2 CALL=3,HANDLE=3 CALL=4,HANDLE=4 CALL=5,HANDLE=1 CALL=6,HANDLE=2 CALL=7,HANDLE=3 CALL=8,HANDLE=1 CALL=0,HANDLE=5 CALL=4,HANDLE=5
// also: DEBUG=1
// link: {LIBRARY}
#include "heap.h"

ARGUMENT(int, CALL)
ARGUMENT(int, HANDLE)

static void visit(void *block, size_t size, void *argument) { (void)block, (void)size, (void)argument; }

int main(void) {
    swiftmalloc_heap *gone = heap(0, "gone", 0), *live = heap(0, "live", 0);
    swiftmalloc_heap_destroy(gone);
    void *handles[] = {&live, gone, malloc(100), (char *)live + 8, (char *)live + (1 << 20), (void *)1};
    swiftmalloc_heap *own = announce(handles[HANDLE]);
    switch (CALL) {
    case 0: swiftmalloc_heap_malloc(own, 1); break;
    case 1: swiftmalloc_heap_calloc(own, 1, 1); break;
    case 2: swiftmalloc_heap_realloc(own, NULL, 1); break;
    case 3: swiftmalloc_heap_aligned_alloc(own, 16, 1); break;
    case 4: swiftmalloc_heap_free_all(own); break;
    case 5: swiftmalloc_heap_destroy(own); break;
    case 6: swiftmalloc_heap_delete(own); break;
    case 7: swiftmalloc_heap_set_current(own); break;
    case 8: swiftmalloc_heap_visit(own, visit, NULL); break;
    }
    return 0;
}
