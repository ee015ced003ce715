// Proves that swiftmalloc_check finds a write into a block in quarantine; nothing before it, where all is well.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(8 bytes written, the first 16 bytes inside the freed {SIZE}-byte block at {BLOCK}, found by check\)(, thread |$)
// report: ^freed by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=24 SIZE=64 SIZE=1000 SIZE=10000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    static char *blocks[300];
    for (int i = 0; i < 300; i++) blocks[i] = malloc(SIZE);      // allocation
    for (int i = 1; i < 300; i += 3) free(blocks[i]);            // free
    CHECK(checkHeap() == 0, "errors where there are none");
    tellAddress("block", blocks[100]);
    memset(announce(blocks[100] + 16), 0, 8);
    checkHeap();  // check
    return 0;
}
