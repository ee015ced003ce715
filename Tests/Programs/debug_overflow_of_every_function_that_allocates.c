// Proves that a write behind the end is found whichever function gave the block: also when it is aligned, grown or shrunk.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the 500-byte block at {BLOCK}, found by free\), thread "
// report: ^allocated by thread "
// report: ^ +#[01] 0x[0-9a-f]+ in make +.*{FILE}:
// env: SWIFTMALLOC_DEBUG=1
// arguments: HOW=0 HOW=1 HOW=2 HOW=3 HOW=4 HOW=5 HOW=6 HOW=7 HOW=8 HOW=9
#include "debug.h"
ARGUMENT(int, HOW)

static NOINLINE void *make(void) {
    void *block = NULL;
    switch (HOW) {
        case 0: return hide(calloc(100, 5));
        case 1: return hide(aligned_alloc(64, 500));
        case 2: return posix_memalign(&block, 4096, 500) ? NULL : block;
        case 3: return hide(memalign(256, 500));
        case 4: return hide(valloc(500));
        case 5: return hide(realloc(malloc(499), 500));
        case 6: return hide(realloc(malloc(10000), 500));
        case 7: return hide(realloc(malloc(200000), 500));
        case 8: return hide(reallocarray(NULL, 50, 10));
        default: return hide(realloc(aligned_alloc(128, 100), 500));
    }
}

int main(void) {
    char *block = tellAddress("block", make());
    *(char *)announce(block + 500) = 0;
    free(block);
    return 0;
}
