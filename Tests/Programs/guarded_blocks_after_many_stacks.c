// Proves that blocks are guarded after ever so many stacks, with their own stacks in the report.
// env: SWIFTMALLOC_GUARD_SAMPLE=2k
// env: SWIFTMALLOC_GUARD_SAMPLE=2k SWIFTMALLOC_PROFILE={TMP}/p
// expect: abort
// report: ERROR: swiftmalloc: double-free
// report: useLate
// report: freed first by
// report: useLate
// report: allocated by
// report: useLate
// production-only: the debug heap is not sampled
#include "guarded.h"
#include "stacks.h"

static NOINLINE void useLate(void) {
    char *block = GUARDED(malloc(1000), 1000, 1);
    free(block);
    free(block);
}

int main(void) {
    useStacks(200000, 3000);
    useLate();
    return 0;
}
