// Proves that realloc of an address inside a block is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// arguments: SIZE=32,OFFSET=16 SIZE=3000,OFFSET=1504 SIZE=200000,OFFSET=100000 SIZE=5000000,OFFSET=4096 SIZE=100,OFFSET=1
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)

int main(void) {
    char *block = malloc(SIZE);
    hide(realloc(announce(block + OFFSET), SIZE * 2));
    return 0;
}
