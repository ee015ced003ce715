// Proves that mallopt answers 1 for the parameters that programs set, and that allocation goes on as before.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    CHECK(mallopt(M_MMAP_THRESHOLD, 128 * 1024) == 1, "M_MMAP_THRESHOLD");
    CHECK(mallopt(M_TRIM_THRESHOLD, 128 * 1024) == 1, "M_TRIM_THRESHOLD");
    CHECK(mallopt(M_TOP_PAD, 0) == 1, "M_TOP_PAD");
    CHECK(mallopt(M_MMAP_MAX, 65536) == 1, "M_MMAP_MAX");
    CHECK(mallopt(M_ARENA_MAX, 2) == 1, "M_ARENA_MAX");
    CHECK(mallopt(M_MXFAST, 64) == 1, "M_MXFAST");
    workout(3, 3000);
    return 0;
}
