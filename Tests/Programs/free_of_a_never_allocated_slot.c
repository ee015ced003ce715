// Proves that a place in the heap where a block could be, but none was given out yet, is reported.
// (Production cannot tell a place that was never given out from a freed block: either word.)
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: (double-free|invalid-free) on address {ADDRESS}( |,|$)
// arguments: SIZE=1500 SIZE=3000 SIZE=5000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    char *block = malloc(SIZE);
    free(announce(block + 3 * malloc_usable_size(block)));
    return 0;
}
