// Proves that zeros written behind the end are found as other values are: the bytes there are never zero.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \((1 byte written,|[348] bytes written, the first) 0 bytes after the end of the {SIZE}-byte block at {BLOCK}, found by free\), thread "
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=1,WIDTH=1 SIZE=64,WIDTH=1 SIZE=61,WIDTH=4 SIZE=1000,WIDTH=4 SIZE=24,WIDTH=8 SIZE=4000,WIDTH=8
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, WIDTH)

int main(void) {
    void *block = tellAddress("block", malloc(SIZE)), *behind = hide(malloc(SIZE));
    announce((char *)block + SIZE);
    for (int i = 0; i <= SIZE / WIDTH; i++) writeElement(block, i, WIDTH, 0);
    free(block);
    free(behind);
    return 0;
}
