// Proves that a write directly behind a large block is found: by a fault at once, or where no page ends there, by free.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \((1 byte written,|8 bytes written, the first|a write,) 0 bytes after the end of the {SIZE}-byte block at {BLOCK}(, found by free)?\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:({LINE:write}|{LINE:free})$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// variants: SIZE=10000,TYPE=char SIZE=20001,TYPE=char SIZE=100000,TYPE=char SIZE=100000,TYPE=long SIZE=131071,TYPE=char
// variants: SIZE=3145728,TYPE=char SIZE=3145728,TYPE=int SIZE=3145733,TYPE=char
#include "debug.h"

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    announce(block + SIZE);
    volatile TYPE *behind = hide(block + SIZE);
    *behind = 0x42;  // write
    free(block);     // free
    return 0;
}
