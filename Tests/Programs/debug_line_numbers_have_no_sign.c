// Proves that a line's number above two thousand million, as generated sources may have, is shown as it is.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}
// report: ^    #0 0x[0-9a-f]+ in main  .*generated\.c:3000000000$
// report: ^SUMMARY: swiftmalloc: double-free .*generated\.c:3000000000 in main$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

int main(void) {
    void *block = announce(malloc(64));
    free(block);
#line 3000000000 "generated.c"
    free(hide(block));
    return 0;
}
