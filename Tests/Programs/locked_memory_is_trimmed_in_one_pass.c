// Proves that malloc_trim ends when the kernel refuses to take the pages of many free blocks, or of a long range of
// them, which are locked.
// arguments: COUNT=300 COUNT=1200
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_PURGE_DELAY=500
// env: SWIFTMALLOC_PURGE_DELAY=0
// also: DEBUG=1
#include <sys/mman.h>
#include "check.h"
ARGUMENT(int, COUNT)

int main(void) {
    if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) SKIP("no right to lock memory");
    static void *blocks[1200];
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = malloc(100000);
        CHECK(blocks[i] != NULL, "no block");
    }
    // Every second one, or all.
    for (int i = 0; i < COUNT; i += COUNT == 300 ? 2 : 1) free(blocks[i]);
    malloc_trim(0);
    munlockall();
    if (COUNT == 300)
        for (int i = 1; i < COUNT; i += 2) free(blocks[i]);
    return 0;
}
