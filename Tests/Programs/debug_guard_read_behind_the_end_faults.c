// Proves that in guard mode a read of the byte behind a block, where its size is a multiple of 16, is caught at once.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(a read, {DISTANCE} bytes? after the end of the {SIZE}-byte block at {BLOCK}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in look +.*{FILE}:{LINE:read}$
// report: ^ +#1 0x[0-9a-f]+ in main 
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-buffer-overflow .*{FILE}:{LINE:read} in look$
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=16,DISTANCE=0 SIZE=64,DISTANCE=0 SIZE=64,DISTANCE=100 SIZE=64,DISTANCE=4000 SIZE=1008,DISTANCE=0 SIZE=4000,DISTANCE=0
// arguments: SIZE=4096,DISTANCE=0 SIZE=4096,DISTANCE=4095 SIZE=10000,DISTANCE=1 SIZE=100000,DISTANCE=0 SIZE=3145728,DISTANCE=0
// arguments: SIZE=61,DISTANCE=3 SIZE=1,DISTANCE=15 SIZE=13,DISTANCE=1000 SIZE=1000,DISTANCE=8
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, DISTANCE)

static NOINLINE int look(volatile char *at) { return *at; }  // read

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    fill(block, SIZE, 1);
    look(announce(block + SIZE + DISTANCE));
    return 0;
}
