// Proves that DEBUG=0, or none, is the production heap: one line for a bad free and no stack.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}
// stderr-count: 1
// report: ^==[0-9]+==ERROR
// report-not: (^ +#[0-9]|allocated by|^SUMMARY)
// production-only: DEBUG comes from outside then
// env: SWIFTMALLOC_DEBUG=0
// env: SWIFTMALLOC_FRAMES=16
#include "debug.h"

int main(void) {
    void *block = announce(malloc(64)), *kept = hide(malloc(64));
    CHECK(((int (*)(void *))function("swiftmalloc_debug_statistics"))((long[3]){0}) == 0, "statistics of the debug heap");
    free(block);
    free(hide(block));
    free(kept);
    return 0;
}
