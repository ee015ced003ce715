// Proves that swiftmalloc_check answers how many errors it found, reports each, and finds none in a whole heap.
// expect: exit 0
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-.*found by check\)(, thread |$)
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-.*found by check\)(, thread |$)
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-.*found by check\)(, thread |$)
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
#include "debug.h"

int main(void) {
    static char *blocks[1000];
    for (int i = 0; i < 1000; i++) fill(blocks[i] = malloc(100), 100, i);
    for (int i = 0; i < 1000; i += 2) free(blocks[i]);
    CHECK(checkHeap() == 0, "errors in a whole heap");
    blocks[101][100] = 0x42;               // overflow
    blocks[301][-1] = 0x42;                // underflow
    *(char *)hide(blocks[500] + 7) = 0x42;  // into a freed block
    int found = checkHeap();
    CHECK(found == 3, "%d errors found", found);
    return 0;
}
