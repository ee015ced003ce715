// Proves that a report in JSON names the heap of the program's own that a block is of.
// expect: abort
// report: "kind":"double-free",.*"block":\{"address":"0x[0-9a-f]+","size":100,.*"freed":true,"heap":"a\\"b","allocated":
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_REPORT_FORMAT=json
// link: {LIBRARY}
#include "heap.h"

int main(void) {
    void *block = hide(swiftmalloc_heap_malloc(heap(0, "a\"b", 0), 100));
    free(block);
    free(block);
    return 0;
}
