// Proves that in the guard modes the first read or write of a freed block is caught, however many others live.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(a {VERB}, {AT} bytes? inside the freed {SIZE}-byte block at {BLOCK}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in (look|change) +.*{FILE}:({LINE:read}|{LINE:write})$
// report: ^ +#1 0x[0-9a-f]+ in main 
// report: ^freed by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-use-after-free .*{FILE}:[0-9]+ in (look|change)$
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: SIZE=1,AT=0,VERB=read,WRITES=0 SIZE=13,AT=12,VERB=write,WRITES=1 SIZE=64,AT=0,VERB=read,WRITES=0
// arguments: SIZE=61,AT=60,VERB=read,WRITES=0 SIZE=1000,AT=500,VERB=write,WRITES=1 SIZE=10000,AT=9999,VERB=read,WRITES=0
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, AT)
ARGUMENT(int, WRITES)

static NOINLINE int look(volatile char *at) { return *at; }     // read
static NOINLINE void change(volatile char *at) { *at = 0x42; }  // write

int main(void) {
    static void *others[100];
    for (int i = 0; i < 100; i++) others[i] = malloc(SIZE);
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    announce(block + AT);
    free(block);  // free
    if (WRITES) change(hide(block + AT));
    else look(hide(block + AT));
    return hide(others) == NULL;
}
