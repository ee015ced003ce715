// Proves that realloc of an address inside a block, or of its end, is an invalid free with the block's allocation.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \({OFFSET} bytes? (inside|after the end of) the {SIZE}-byte block at {BLOCK}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:bad realloc}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: invalid-free .*{FILE}:{LINE:bad realloc} in main$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=64,OFFSET=16,AT=16 SIZE=1000,OFFSET=1,AT=1 SIZE=100000,OFFSET=4096,AT=4096 SIZE=64,OFFSET=0,AT=64
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, AT)

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    hide(realloc(announce(block + AT), SIZE * 2));     // bad realloc
    free(block);
    return 0;
}
