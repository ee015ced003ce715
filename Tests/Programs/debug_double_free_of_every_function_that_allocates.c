// Proves that a second free of a block is found whichever function gave it, with the size asked for and the caller's line.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({BYTES}-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:second free}$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:first free}$
// report: ^allocated by thread "
// report: ^ +#[01] 0x[0-9a-f]+ in make +.*{FILE}:
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: HOW=0 HOW=1 HOW=2 HOW=3 HOW=4 HOW=5 HOW=6 HOW=7 HOW=8
#include "debug.h"
ARGUMENT(int, HOW)

static NOINLINE void *make(void) {
    void *block = NULL;
    tell("bytes", HOW == 5 ? 31 : 500);
    switch (HOW) {
        case 0: return hide(calloc(100, 5));
        case 1: return hide(aligned_alloc(64, 500));
        case 2: return posix_memalign(&block, 4096, 500) ? NULL : block;
        case 3: return hide(memalign(256, 500));
        case 4: return hide(valloc(500));
        case 5: return hide(strdup("a text of 30 characters, no more"  + 2));
        case 6: return hide(reallocarray(NULL, 50, 10));
        case 7: return hide(realloc(malloc(10), 500));
        default: return hide(realloc(NULL, 500));
    }
}

int main(void) {
    void *block = announce(make());
    free(block);        // first free
    free(hide(block));  // second free
    return 0;
}
