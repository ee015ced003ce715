// Proves that realloc of a freed block is a double free, growing or shrinking.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in resize +.*{FILE}:{LINE:realloc}$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:first free}$
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=24,NEW=25 SIZE=64,NEW=10 SIZE=1000,NEW=90000 SIZE=100000,NEW=100 SIZE=3145728,NEW=4000000
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, NEW)

static NOINLINE void *resize(void *block) { return hide(realloc(block, NEW)); }  // realloc

int main(void) {
    void *block = announce(malloc(SIZE));
    free(block);  // first free
    resize(hide(block));
    return 0;
}
