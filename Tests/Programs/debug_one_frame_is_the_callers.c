// Proves that FRAMES=1 keeps the one frame that matters: the caller of free and of malloc.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in second +.*{FILE}:{LINE:second free}$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in first +.*{FILE}:{LINE:first free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// report-not: ^ +#1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=1
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_FRAMES=1
#include "debug.h"

static NOINLINE void *make(void) { return hide(malloc(100)); }   // allocation
static NOINLINE void first(void *block) { free(hide(block)); }   // first free
static NOINLINE void second(void *block) { free(hide(block)); }  // second free

int main(void) {
    void *block = announce(make());
    first(block);
    second(block);
    return 0;
}
