// Proves that a profile, and guarded blocks, are given up where they would leave the program no addresses (ulimit -v).
// expect: exit 0
// production-only: the debug heap is not sampled
// ulimit: -v 13500
// ulimit: -v 15000
// ulimit: -v 16000
// ulimit: -v 18000
// ulimit: -v 46000
// ulimit: -v 48000
// ulimit: -v 52000
// env: SWIFTMALLOC_PROFILE={TMP}/profile
// env: SWIFTMALLOC_GUARD_SAMPLE=1m
// env: SWIFTMALLOC_PROFILE={TMP}/profile SWIFTMALLOC_GUARD_SAMPLE=1m
#include "check.h"

int main(void) {
    // Some of each size, and a longer one: a few hundred kilobytes.
    for (size_t size = 16; size < 20000; size += size / 4) CHECK(hide(malloc(size)) != NULL, "%zu bytes", size);
    CHECK(hide(malloc(100000)) != NULL, "100000 bytes");
    return 0;
}
