// Proves that in the mode guard-before a read or write before a block is caught at once.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-underflow on address {ADDRESS} \(a {VERB}, {DISTANCE} bytes? before the {SIZE}-byte block at {BLOCK}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in (look|change) +.*{FILE}:({LINE:read}|{LINE:write})$
// report: ^ +#1 0x[0-9a-f]+ in main 
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-buffer-underflow .*{FILE}:[0-9]+ in (look|change)$
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: SIZE=1,DISTANCE=1,VERB=read,WRITES=0 SIZE=13,DISTANCE=1,VERB=write,WRITES=1 SIZE=64,DISTANCE=8,VERB=read,WRITES=0
// arguments: SIZE=64,DISTANCE=1000,VERB=write,WRITES=1 SIZE=1000,DISTANCE=1,VERB=read,WRITES=0 SIZE=4096,DISTANCE=1900,VERB=read,WRITES=0
// arguments: SIZE=100000,DISTANCE=1,VERB=write,WRITES=1 SIZE=3145728,DISTANCE=1,VERB=read,WRITES=0
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, DISTANCE)
ARGUMENT(int, WRITES)

static NOINLINE int look(volatile char *at) { return *at; }     // read
static NOINLINE void change(volatile char *at) { *at = 0x42; }  // write

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    char *at = announce(block - DISTANCE);
    if (WRITES) change(at);
    else look(at);
    return 0;
}
