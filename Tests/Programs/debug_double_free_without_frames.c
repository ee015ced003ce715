// Proves that FRAMES=0 gives the same first line without any frame.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\), thread "[^"]+" \([0-9]+\)$
// report: ^==[0-9]+==ERROR
// report: ^SUMMARY: swiftmalloc: double-free
// report-not: ^ +#[0-9]
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=0
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_FRAMES=0
// env: SWIFTMALLOC_OPTIONS=DEBUG=1,FRAMES=0
// arguments: SIZE=61 SIZE=100000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    void *block = announce(malloc(SIZE));
    free(block);
    free(hide(block));
    return 0;
}
