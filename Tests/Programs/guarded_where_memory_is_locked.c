// Proves that where guards are refused, as all memory is locked (mlockall), blocks are guarded by inaccessible mappings, before and
// after; and that what is locked is not the pool.
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
// arguments: WHEN=1 WHEN=2 WHEN=3
#include "guarded.h"
#include <sys/mman.h>
ARGUMENT(int, WHEN)

static NOINLINE char *allocate(void) { return hide(malloc(32)); }

int main(void) {
    char *before = GUARDED(allocate(), 32, 1);
    static char *used[40];
    for (int i = 0; i < 40; i++) {
        used[i] = GUARDED(allocate(), 32, 0);
        free(used[i]);
    }
    if (mlockall(WHEN)) SKIP("memory cannot be locked here");
    size_t resident1 = resident();
    for (int i = 0; i < 700; i++) {
        char *block = GUARDED(allocate(), 32, i & 1);
        fill(block, 32, 7);
        free(block);
        CHECK(isInaccessible(block), "a freed block is accessible");
    }
    CHECK(resident() < resident1 + 8 * MIB, "%zu bytes more are resident", resident() - resident1);
    CHECK(isGuarded(before), "a block of before");
    free(before);
    CHECK(isInaccessible(before), "a freed block of before is accessible");
    return 0;
}
