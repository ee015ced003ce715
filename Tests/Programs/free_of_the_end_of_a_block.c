// Proves that the address just behind the only block of its size is reported.
// (Production cannot tell a place that was never given out from a freed block: either word.)
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: (double-free|invalid-free) on address {ADDRESS}( |,|$)
// arguments: SIZE=7000 SIZE=14000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    char *block = malloc(SIZE);
    free(announce(block + malloc_usable_size(block)));
    return 0;
}
