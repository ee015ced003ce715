// Proves that an address shortly before a block is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(
// arguments: SIZE=48,OFFSET=16 SIZE=48,OFFSET=8 SIZE=3000,OFFSET=16 SIZE=200000,OFFSET=16 SIZE=5000000,OFFSET=16
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)

int main(void) {
    char *first = malloc(SIZE), *block = malloc(SIZE);
    free(announce(block - OFFSET));
    free(first), free(block);
    return 0;
}
