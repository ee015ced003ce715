// Proves that a read or write of a freed large block is caught at once, anywhere in it, after free and after realloc.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(a {VERB}, {AT} bytes? inside the freed {SIZE}-byte block at {BLOCK}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in (look|change) +.*{FILE}:({LINE:read}|{LINE:write})$
// report: ^ +#1 0x[0-9a-f]+ in main 
// report: ^freed by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=20000,AT=0,VERB=read,WRITES=0 SIZE=100000,AT=0,VERB=read,WRITES=0 SIZE=100000,AT=50000,VERB=write,WRITES=1
// arguments: SIZE=100000,AT=99999,VERB=read,WRITES=0 SIZE=3145728,AT=3145727,VERB=write,WRITES=1 SIZE=3145733,AT=1,VERB=read,WRITES=0
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, AT)
ARGUMENT(int, WRITES)

static NOINLINE int look(volatile char *at) { return *at; }     // read
static NOINLINE void change(volatile char *at) { *at = 0x42; }  // write

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    fill(block, SIZE, 1);
    announce(block + AT);
    free(block);  // free
    if (WRITES) change(hide(block + AT));
    else look(hide(block + AT));
    return 0;
}
