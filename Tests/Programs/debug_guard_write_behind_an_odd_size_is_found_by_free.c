// Proves that in guard mode the bytes between a block's end and the next multiple of 16 are watched too: at free, at exit.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, {AT} bytes? after the end of the {SIZE}-byte block at {BLOCK}, found by {BY}\)(, thread |$)
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=61,AT=0,BY=free,FREES=1 SIZE=1,AT=14,BY=free,FREES=1 SIZE=13,AT=2,BY=free,FREES=1 SIZE=1000,AT=7,BY=free,FREES=1
// arguments: SIZE=61,AT=0,BY=exit,FREES=0 SIZE=100,AT=0,BY=exit,FREES=0 SIZE=24,AT=0,BY=free,FREES=1 SIZE=4001,AT=0,BY=free,FREES=1
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, AT)
ARGUMENT(int, FREES)

int main(void) {
    static char *block;
    block = tellAddress("block", malloc(SIZE));  // allocation
    *(char *)announce(block + SIZE + AT) = 0;
    if (FREES) free(block);
    return 0;
}
