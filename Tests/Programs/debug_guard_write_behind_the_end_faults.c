// Proves that in guard mode a write of the byte behind a block, where its size is a multiple of 16, is caught at once.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(a write, {DISTANCE} bytes? after the end of the {SIZE}-byte block at {BLOCK}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in change +.*{FILE}:{LINE:write}$
// report: ^ +#1 0x[0-9a-f]+ in main 
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-buffer-overflow .*{FILE}:{LINE:write} in change$
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=16,DISTANCE=0 SIZE=64,DISTANCE=0 SIZE=64,DISTANCE=100 SIZE=1008,DISTANCE=0 SIZE=4096,DISTANCE=0
// arguments: SIZE=4096,DISTANCE=4095 SIZE=100000,DISTANCE=0 SIZE=3145728,DISTANCE=0 SIZE=61,DISTANCE=3 SIZE=1000,DISTANCE=8
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, DISTANCE)

static NOINLINE void change(volatile char *at) { *at = 0x42; }  // write

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    fill(block, SIZE, 1);
    change(announce(block + SIZE + DISTANCE));
    return 0;
}
