// Proves that a free of the very end of a block, or of an address shortly behind it, names the block and the distance.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \({OFFSET} bytes? after the end of the {SIZE}-byte block at {BLOCK}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:bad free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=64,OFFSET=0 SIZE=61,OFFSET=0 SIZE=61,OFFSET=3 SIZE=1000,OFFSET=0 SIZE=4096,OFFSET=0 SIZE=4096,OFFSET=5
// arguments: SIZE=100000,OFFSET=0 SIZE=100000,OFFSET=17 SIZE=3145728,OFFSET=0 SIZE=3145728,OFFSET=17
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    free(announce(block + SIZE + OFFSET));             // bad free
    free(block);
    return 0;
}
