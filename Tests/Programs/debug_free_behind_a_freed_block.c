// Proves that a free of the end of a freed block names the freed block, when no live one is nearer.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(0 bytes after the end of the freed {SIZE}-byte block at {BLOCK}\), thread "
// report: ^(freed|allocated) by thread "
// report: ^(freed|allocated) by thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=64 SIZE=61 SIZE=4000 SIZE=100000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));
    announce(block + SIZE);
    free(block);
    free(hide(block + SIZE));
    return 0;
}
