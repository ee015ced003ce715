// Proves that an address inside a block that was freed is reported.
// (Production cannot tell a place that was never given out from a freed block: either word.)
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: (double-free|invalid-free) on address {ADDRESS}( |,|$)
// arguments: SIZE=32,OFFSET=16 SIZE=3000,OFFSET=1504 SIZE=200000,OFFSET=16 SIZE=200000,OFFSET=65536 SIZE=5000000,OFFSET=1048576
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)

int main(void) {
    char *block = malloc(SIZE);
    announce(block + OFFSET);
    free(block);
    free(hide(block + OFFSET));
    return 0;
}
