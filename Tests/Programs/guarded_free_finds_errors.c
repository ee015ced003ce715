// Proves that free finds what no page catches: a second free, a free inside of a block, and bytes changed beside it in its page.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: {KIND} on address {ADDRESS} \({DETAIL}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:release}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in allocate +.*{FILE}:{LINE:allocation}$
// stderr-count: 1
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_STATS=1
// production-only: the debug heap is not sampled
// arguments: WHAT=0,END=1 WHAT=0,END=0 WHAT=1,END=1 WHAT=2,END=0 WHAT=3,END=1 WHAT=4,END=1
#include "guarded.h"
ARGUMENT(int, WHAT)
ARGUMENT(int, END)

static NOINLINE char *allocate(void) {
    char *block = malloc(41);  // allocation
    return hide(block);
}
static NOINLINE void release(void *block) {
    free(block);  // release
    __asm__ volatile("");
}
static void say(const char *kind, const char *detail, const void *block, const char *rest) {
    printf("kind=%s\ndetail=%s", kind, detail);
    if (rest) printf(" at %p%s", block, rest);
    printf("\n");
    fflush(stdout);
}

int main(void) {
    char *block = GUARDED(allocate(), 41, END);
    switch (WHAT) {
        case 0:  // twice
            announce(block);
            say("double-free", "41-byte block", NULL, NULL);
            release(block);
            break;
        case 1:  // inside
            announce(block + 16);
            say("invalid-free", "16 bytes inside the 41-byte block", block, "");
            block += 16;
            break;
        case 2:  // behind a block at the beginning of its page
            announce(block + 43);
            say("heap-buffer-overflow", "1 byte written, 2 bytes after the end of the 41-byte block", block, ", found by free");
            block[43] ^= 1;
            break;
        case 3:  // behind a block at the end: seven bytes are left by its alignment
            announce(block + 41);
            say("heap-buffer-overflow", "1 byte written, 0 bytes after the end of the 41-byte block", block, ", found by free");
            block[41] = 0;
            break;
        default:  // before a block at the end
            announce(block - 1);
            say("heap-buffer-underflow", "1 byte written, 1 byte before the 41-byte block", block, ", found by free");
            block[-1] ^= 1;
    }
    release(hide(block));
    return 0;
}
