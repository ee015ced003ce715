// Proves that reads and writes in the page behind a large block fault and are explained by that block.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(a {VERB}, {DISTANCE} bytes? after the end of the {SIZE}-byte block at {BLOCK}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in (look|change) +.*{FILE}:({LINE:read}|{LINE:write})$
// report: ^ +#1 0x[0-9a-f]+ in main 
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-buffer-overflow .*{FILE}:
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=20000,WRITES=1 SIZE=100000,WRITES=0 SIZE=100000,WRITES=1 SIZE=3145728,WRITES=1 SIZE=3145733,WRITES=0
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, WRITES)

static NOINLINE int look(volatile char *at) { return *at; }    // read
static NOINLINE void change(volatile char *at) { *at = 0x42; }  // write

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    char *at = (char *)(((uintptr_t)block + SIZE + 4095) & ~(uintptr_t)4095) + 100;  // wherever in its page the block ends
    tell("distance", at - block - SIZE);
    dprintf(1, "verb=%s\n", WRITES ? "write" : "read");
    announce(at);
    if (WRITES) change(at);
    else look(at);
    return 0;
}
