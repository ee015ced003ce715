// Proves that where there are no addresses for the pool that is said once and the program runs, and that there is no report of anything else.
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// expect: exit 0
// ulimit: -v 40000
// stderr: ==\d+==WARNING: swiftmalloc: there is no room for guarded blocks \(ulimit -v\): none is guarded
// stderr-count: 1
// production-only: the debug heap is not sampled
#include "check.h"

int main(void) {
    for (int i = 0; i < 10000; i++) {
        char *block = hide(malloc((size_t)i % 500));
        CHECK(block, "no block");
        free(block);
    }
    return 0;
}
