// Proves that a free of an address inside a freed block names that block, who freed and who allocated it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \({OFFSET} bytes? inside the freed {SIZE}-byte block at {BLOCK}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:bad free}$
// report: ^(freed|allocated) by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:({LINE:first free}|{LINE:allocation})$
// report: ^(freed|allocated) by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:({LINE:first free}|{LINE:allocation})$
// report: ^SUMMARY: swiftmalloc: invalid-free .*{FILE}:{LINE:bad free} in main$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=64,OFFSET=17 SIZE=61,OFFSET=1 SIZE=1000,OFFSET=512 SIZE=100000,OFFSET=8192 SIZE=3145728,OFFSET=1048576
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    void *behind = hide(malloc(SIZE));
    announce(block + OFFSET);
    free(block);                 // first free
    free(hide(block + OFFSET));  // bad free
    free(behind);
    return 0;
}
