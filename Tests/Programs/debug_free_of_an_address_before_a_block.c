// Proves that a free of an address shortly before a block names the block and the distance.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \({OFFSET} bytes? before the {SIZE}-byte block at {BLOCK}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:bad free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: SIZE=64,OFFSET=1 SIZE=61,OFFSET=4 SIZE=1000,OFFSET=8 SIZE=4000,OFFSET=1 SIZE=100000,OFFSET=8 SIZE=3145728,OFFSET=16
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    free(announce(block - OFFSET));                    // bad free
    free(block);
    return 0;
}
