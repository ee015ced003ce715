// Proves that a free of the address before realloc is a double free whose first free is realloc's call.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:second free}$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in resize +.*{FILE}:{LINE:realloc}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=24,NEW=25 SIZE=64,NEW=10 SIZE=1000,NEW=1000 SIZE=1000,NEW=90000 SIZE=4000,NEW=1
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, NEW)

static NOINLINE void *resize(void *block) { return hide(realloc(block, NEW)); }  // realloc

int main(void) {
    void *block = announce(malloc(SIZE));  // allocation
    void *moved = resize(block);
    CHECK(moved != NULL && moved != hide(block), "the block was not moved");
    free(hide(block));  // second free
    free(moved);
    return 0;
}
