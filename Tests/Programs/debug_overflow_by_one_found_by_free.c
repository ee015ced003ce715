// Proves that a write of one element behind the last is found when the block is freed: chars, ints and longs, all sizes.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \((1 byte written,|[348] bytes written, the first) 0 bytes after the end of the {SIZE}-byte block at {BLOCK}, found by free\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-buffer-overflow .*{FILE}:{LINE:free} in release$
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=1,WIDTH=1 SIZE=13,WIDTH=1 SIZE=16,WIDTH=1 SIZE=24,WIDTH=1 SIZE=61,WIDTH=1 SIZE=64,WIDTH=1
// arguments: SIZE=100,WIDTH=1 SIZE=1000,WIDTH=1 SIZE=4000,WIDTH=1 SIZE=10000,WIDTH=1 SIZE=1,WIDTH=4 SIZE=13,WIDTH=4
// arguments: SIZE=64,WIDTH=4 SIZE=1000,WIDTH=4 SIZE=16,WIDTH=8 SIZE=24,WIDTH=8 SIZE=61,WIDTH=8 SIZE=4000,WIDTH=8
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, WIDTH)

static NOINLINE void *make(void) { return hide(malloc(SIZE)); }   // allocation
static NOINLINE void release(void *block) { free(hide(block)); }  // free

int main(void) {
    void *before = make(), *block = tellAddress("block", make()), *behind = make();
    announce((char *)block + SIZE);
    for (int i = 0; i <= SIZE / WIDTH; i++) writeElement(block, i, WIDTH, 0x4242424242424242);
    release(block);
    release(before), release(behind);
    return 0;
}
