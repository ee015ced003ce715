// Proves that a write before a block is found when realloc takes the block.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-underflow on address {ADDRESS} \(1 byte written, 1 byte before the {SIZE}-byte block at {BLOCK}, found by realloc\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:realloc}$
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=13,NEW=14 SIZE=64,NEW=1000 SIZE=1000,NEW=10
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, NEW)

int main(void) {
    char *before = malloc(SIZE), *block = tellAddress("block", malloc(SIZE));
    *(char *)announce(block - 1) = 1;
    free(hide(realloc(block, NEW)));  // realloc
    free(before);
    return 0;
}
