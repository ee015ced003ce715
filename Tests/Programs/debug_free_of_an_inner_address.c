// Proves that a free of an address inside a live block names how far inside, the block, and who allocated it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \({OFFSET} bytes? inside the {SIZE}-byte block at {BLOCK}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:bad free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: invalid-free .*{FILE}:{LINE:bad free} in release$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: SIZE=64,OFFSET=17 SIZE=61,OFFSET=60 SIZE=100,OFFSET=1 SIZE=100,OFFSET=8 SIZE=100,OFFSET=16 SIZE=4000,OFFSET=2048
// arguments: SIZE=10000,OFFSET=16 SIZE=100000,OFFSET=4096 SIZE=100000,OFFSET=99999 SIZE=3145728,OFFSET=1048576
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)

static NOINLINE void *make(void) { return hide(malloc(SIZE)); }     // allocation
static NOINLINE void release(void *address) { free(hide(address)); }  // bad free

int main(void) {
    char *before = make(), *block = tellAddress("block", make()), *behind = make();
    release(announce(block + OFFSET));
    free(before), free(behind);
    return 0;
}
