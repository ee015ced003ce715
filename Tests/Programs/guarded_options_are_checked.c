// Proves that values of GUARD_SAMPLE that make no sense are named once, and where it has no effect that is said.
// env: SWIFTMALLOC_GUARD_SAMPLE=often
// env: SWIFTMALLOC_GUARD_SAMPLE=-1
// env: SWIFTMALLOC_GUARD_SAMPLE=1m SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_GUARD_SAMPLE=1m SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_ON_ERROR=continue
// expect: exit 0
// stderr: ==\d+==WARNING: swiftmalloc: (option GUARD_SAMPLE cannot be "(often|-1)" \(values: size, none\); the default is used|GUARD_SAMPLE has no effect with DEBUG or LEAKS: the debug heap is not sampled|option ON_ERROR has no effect without DEBUG, LEAKS or GUARD_SAMPLE)
// stderr-count: 1
#include "check.h"

int main(void) {
    void *block = hide(malloc(100));
    CHECK(block, "no block");
    free(block);
    return 0;
}
