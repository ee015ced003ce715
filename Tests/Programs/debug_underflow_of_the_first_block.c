// Proves that a write before a block is found where the block is the first, or the only one, of its size.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-underflow on address {ADDRESS} \((1 byte written|a write), 1 byte before the {SIZE}-byte block at {BLOCK}(, found by free)?\), thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: SIZE=1111 SIZE=2222 SIZE=7777 SIZE=15000 SIZE=20000 SIZE=100000 SIZE=3145728
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));
    *(volatile char *)announce(block - 1) = 0;
    free(block);
    return 0;
}
