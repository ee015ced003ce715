// Proves that an aligned address inside a live block is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// arguments: SIZE=32,OFFSET=16 SIZE=3000,OFFSET=16 SIZE=3000,OFFSET=1504 SIZE=200000,OFFSET=16 SIZE=200000,OFFSET=100000
// arguments: SIZE=5000000,OFFSET=16 SIZE=5000000,OFFSET=2000000 SIZE=200000,OFFSET=65536 SIZE=5000000,OFFSET=1048576
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)

int main(void) {
    char *first = malloc(SIZE), *block = malloc(SIZE);
    free(announce(block + OFFSET));
    free(first);
    return 0;
}
