// Proves that a write behind the end is found when realloc takes the block, growing, shrinking or by the same size.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the {SIZE}-byte block at {BLOCK}, found by realloc\), thread "
// report: ^ +#0 0x[0-9a-f]+ in resize +.*{FILE}:{LINE:realloc}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=13,NEW=14 SIZE=61,NEW=61 SIZE=64,NEW=1000 SIZE=1000,NEW=10 SIZE=4000,NEW=100000 SIZE=10000,NEW=9999
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, NEW)

static NOINLINE void *resize(void *block) { return hide(realloc(block, NEW)); }  // realloc

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    *(char *)announce(block + SIZE) = 1;
    free(resize(block));
    return 0;
}
