// Proves that realloc moves small blocks also where there is room, so that a write through the old pointer is found; who
// freed the block is realloc's caller.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(1 byte written, 3 bytes inside the freed {SIZE}-byte block at {BLOCK}, found by exit\)(, thread |$)
// report: ^freed by thread "
// report: ^ +#0 0x[0-9a-f]+ in resize +.*{FILE}:{LINE:realloc}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=24,NEW=25 SIZE=64,NEW=64 SIZE=100,NEW=90 SIZE=1000,NEW=2000 SIZE=4000,NEW=4
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, NEW)

static NOINLINE char *resize(void *block) { return hide(realloc(block, NEW)); }  // realloc

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    fill(block, SIZE, 7);
    char *moved = resize(block);
    CHECK(moved != hide(block), "the block was not moved");
    CHECK(filled(moved, NEW < SIZE ? NEW : SIZE, 7), "contents lost");
    *(char *)announce(hide(block + 3)) = 0x42;
    free(moved);
    return 0;
}
