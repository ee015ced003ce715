// Proves that a write directly behind a large block is found: by a fault at once, or where no page ends there, by free.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \((1 byte written,|8 bytes written, the first|a write,) 0 bytes after the end of the {SIZE}-byte block at {BLOCK}(, found by free)?\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:({LINE:write}|{LINE:free})$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: SIZE=10000,WIDTH=1 SIZE=20001,WIDTH=1 SIZE=100000,WIDTH=1 SIZE=100000,WIDTH=8 SIZE=131071,WIDTH=1
// arguments: SIZE=3145728,WIDTH=1 SIZE=3145728,WIDTH=4 SIZE=3145733,WIDTH=1
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, WIDTH)

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    announce(block + SIZE);
    void *behind = hide(block + SIZE);
    WIDTH == 1 ? (*(volatile char *)behind = 0x42) : WIDTH == 4 ? (*(volatile int *)behind = 0x42) : (*(volatile long *)behind = 0x42);  // write
    free(block);     // free
    return 0;
}
