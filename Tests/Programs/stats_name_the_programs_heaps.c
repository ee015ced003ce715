// Proves that the statistics at the end name each heap of the program's own, with what is live in it, in text and in JSON.
// expect: exit 0
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_DEBUG=1
// report: heaps of the program's own +live blocks +bytes +memory
// report: "parser" \(local\) +3 +
// report: "frame" \(local bump\) +2 +
// report: "other" \(shared\) +0 +0 +
// link: {LIBRARY}
#include "heap.h"

int main(void) {
    swiftmalloc_heap *parser = heap(SWIFTMALLOC_HEAP_LOCAL, "parser", 0);
    swiftmalloc_heap *frame = heap(SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP, "frame", 0);
    for (int i = 0; i < 3; i++) hide(swiftmalloc_heap_malloc(parser, 100));
    for (int i = 0; i < 2; i++) hide(swiftmalloc_heap_malloc(frame, 50));
    swiftmalloc_heap_destroy(heap(0, "gone", 0));
    heap(0, "other", 0);
    return 0;
}
