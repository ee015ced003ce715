// Proves that errors before any constructor and in the first are reported, with whatever stack there can be.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in early +.*{FILE}:{LINE:second free}$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in early +.*{FILE}:{LINE:first free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in early +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// variants: WHEN=0 WHEN=1
#include "debug.h"

static NOINLINE void early(void) {
    void *block = announce(malloc(100));  // allocation
    free(block);                          // first free
    free(hide(block));                    // second free
}

static void earliest(void) {
    if (WHEN == 0) early();
}
__attribute__((section(".preinit_array"), used)) static void (*const place)(void) = earliest;

__attribute__((constructor(101))) static void constructor(void) {
    if (WHEN == 1) early();
}

int main(void) { return 0; }
