// Proves that a write before a block that is never freed is found at exit, and by swiftmalloc_check, as this block's.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-underflow on address {ADDRESS} \(1 byte written, 1 byte before the {SIZE}-byte block at {BLOCK}, found by {BY}\)(, thread |$)
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: BY=exit,CHECKS=0,SIZE=13 BY=exit,CHECKS=0,SIZE=64 BY=exit,CHECKS=0,SIZE=1000 BY=check,CHECKS=1,SIZE=24 BY=check,CHECKS=1,SIZE=4000
#include "debug.h"
ARGUMENT(int, CHECKS)
ARGUMENT(int, SIZE)
static char *kept[200];

static NOINLINE void *make(void) { return hide(malloc(SIZE)); }  // allocation

int main(void) {
    for (int i = 0; i < 200; i++) kept[i] = make();
    tellAddress("block", kept[77]);
    *(char *)announce(kept[77] - 1) = 0;
    if (CHECKS) checkHeap();
    return 0;
}
