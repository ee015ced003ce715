// Proves that a read or write of a freed small block is caught at once when all blocks of its bucket are freed.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(a {VERB}, {AT} bytes? inside the freed {SIZE}-byte block at {BLOCK}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in (look|change) +.*{FILE}:({LINE:read}|{LINE:write})$
// report: ^ +#1 0x[0-9a-f]+ in main 
// report: ^freed by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-use-after-free .*{FILE}:[0-9]+ in (look|change)$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=64,AT=0,VERB=read,WRITES=0 SIZE=64,AT=5,VERB=write,WRITES=1 SIZE=24,AT=23,VERB=read,WRITES=0
// arguments: SIZE=100,AT=50,VERB=write,WRITES=1 SIZE=1000,AT=999,VERB=read,WRITES=0 SIZE=4000,AT=17,VERB=write,WRITES=1
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, AT)
ARGUMENT(int, WRITES)

static NOINLINE int look(volatile char *at) { return *at; }     // read
static NOINLINE void change(volatile char *at) { *at = 0x42; }  // write

int main(void) {
    static char *blocks[10000];
    for (int i = 0; i < 10000; i++) blocks[i] = malloc(SIZE);  // allocation
    tellAddress("block", blocks[5000]);
    announce(blocks[5000] + AT);
    for (int i = 0; i < 10000; i++) free(blocks[i]);  // free
    if (WRITES) change(hide(blocks[5000] + AT));
    else look(hide(blocks[5000] + AT));
    return 0;
}
