// Proves that an address in a block that is not 16-byte aligned is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// arguments: SIZE=32,OFFSET=1 SIZE=32,OFFSET=8 SIZE=3000,OFFSET=1 SIZE=3000,OFFSET=8 SIZE=200000,OFFSET=1 SIZE=200000,OFFSET=8
// arguments: SIZE=5000000,OFFSET=1 SIZE=5000000,OFFSET=8
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)

int main(void) {
    char *block = malloc(SIZE);
    free(announce(block + OFFSET));
    return 0;
}
