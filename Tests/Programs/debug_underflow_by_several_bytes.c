// Proves that a report of a write before a block gives the distance of its last byte, that nearest to the block.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-underflow on address 0x[0-9a-f]+ \((1 byte written,|{COUNT} bytes written, the last) {NEAREST} bytes? before the {SIZE}-byte block at {BLOCK}, found by free\), thread "
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=64,NEAREST=1,COUNT=8 SIZE=64,NEAREST=4,COUNT=1 SIZE=61,NEAREST=1,COUNT=4 SIZE=61,NEAREST=3,COUNT=2
// arguments: SIZE=1000,NEAREST=2,COUNT=6 SIZE=10000,NEAREST=1,COUNT=8
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, NEAREST)
ARGUMENT(int, COUNT)

int main(void) {
    char *before = malloc(SIZE), *block = tellAddress("block", malloc(SIZE)), *behind = malloc(SIZE);
    fill(hide(block - NEAREST - COUNT + 1), COUNT, 0x42);
    free(block);
    free(before), free(behind);
    return 0;
}
