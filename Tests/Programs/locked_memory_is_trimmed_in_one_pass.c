// Proves that malloc_trim ends when the kernel refuses to take the pages of many free blocks, which are locked.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_PURGE_DELAY=500
// env: SWIFTMALLOC_PURGE_DELAY=0
// also: DEBUG=1
#include <sys/mman.h>
#include "check.h"

int main(void) {
    if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) SKIP("no right to lock memory");
    void *blocks[300];
    for (int i = 0; i < 300; i++) {
        blocks[i] = malloc(100000);
        CHECK(blocks[i] != NULL, "no block");
    }
    for (int i = 0; i < 300; i += 2) free(blocks[i]);
    malloc_trim(0);
    munlockall();
    for (int i = 1; i < 300; i += 2) free(blocks[i]);
    return 0;
}
