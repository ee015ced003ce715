// Proves that swiftmalloc_check finds a write behind the end of a live block; nothing before it, where all is well.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the {SIZE}-byte block at {BLOCK}, found by check\)(, thread |$)
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=1 SIZE=16 SIZE=61 SIZE=1000 SIZE=10000
#include "debug.h"
ARGUMENT(int, SIZE)
static char *kept[200];

static NOINLINE void *make(void) { return hide(malloc(SIZE)); }  // allocation

int main(void) {
    for (int i = 0; i < 200; i++) fill(kept[i] = make(), SIZE, i);
    CHECK(checkHeap() == 0, "errors where there are none");
    tellAddress("block", kept[77]);
    *(char *)announce(kept[77] + SIZE) = 0;
    checkHeap();  // check
    return 0;
}
