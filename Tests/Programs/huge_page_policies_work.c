// Proves that each policy for huge pages serves a workout and gives the memory of 64 MiB of freed blocks back.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// env: SWIFTMALLOC_HUGE_PAGES=never
// env: SWIFTMALLOC_HUGE_PAGES=auto
// env: SWIFTMALLOC_HUGE_PAGES=always
// also: LIVE=1
#include "workout.h"

int main(void) {
    workout(1, 10000);
    static void *blocks[65536];
    for (int i = 0; i < 65536; i++) fill(blocks[i] = malloc(1000), 1000, 1);
    size_t full = resident();
    for (int i = 0; i < 65536; i++) free(blocks[i]);
    malloc_trim(0);
    CHECK(resident() < full - 32 * MIB, "%zu of %zu stay", resident(), full);
    workout(2, 10000);
    return 0;
}
