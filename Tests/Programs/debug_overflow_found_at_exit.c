// Proves that a write behind the end of a block that is never freed is found when the program ends.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the {SIZE}-byte block at {BLOCK}, found by exit\)(, thread |$)
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-buffer-overflow
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=1 SIZE=13 SIZE=24 SIZE=61 SIZE=64 SIZE=100 SIZE=1000 SIZE=4000 SIZE=10000
#include "debug.h"
ARGUMENT(int, SIZE)
static char *kept[200];

static NOINLINE void *make(void) { return hide(malloc(SIZE)); }  // allocation

int main(void) {
    for (int i = 0; i < 200; i++) kept[i] = make();
    tellAddress("block", kept[77]);
    *(char *)announce(kept[77] + SIZE) = 0;
    return 0;
}
