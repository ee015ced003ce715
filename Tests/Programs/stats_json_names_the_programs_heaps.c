// Proves that the statistics at the end name each heap of the program's own, with what is live in it, in JSON.
// expect: exit 0
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_LOG={TMP}/log
// report: "heaps":\[\{"name":"parser","kind":"local","live":3,"liveBytes":[0-9]+,"bytes":[0-9]+,"limit":null\},\{"name":"frame","kind":"local bump","live":2.*\{"name":"other","kind":"shared","live":0,"liveBytes":0,
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
