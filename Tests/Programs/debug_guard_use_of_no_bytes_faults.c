// Proves that in guard mode reading or writing the block of malloc(0) is caught at once.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(a {VERB}, 0 bytes after the end of the 0-byte block at {ADDRESS}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in (look|change) +.*{FILE}:({LINE:read}|{LINE:write})$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=guard
// arguments: VERB=read,WRITES=0 VERB=write,WRITES=1
#include "debug.h"
ARGUMENT(int, WRITES)

static NOINLINE int look(volatile char *at) { return *at; }     // read
static NOINLINE void change(volatile char *at) { *at = 0x42; }  // write

int main(void) {
    char *block = announce(malloc(0));  // allocation
    if (WRITES) change(block);
    else look(block);
    return 0;
}
