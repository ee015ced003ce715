// Proves that PURGE_DELAY=0 gives freed memory back without any further work.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// arguments: SIZE=300 SIZE=20000 SIZE=200000 SIZE=9000000
// env: SWIFTMALLOC_PURGE_DELAY=0
// env: SWIFTMALLOC_OPTIONS=PURGE_DELAY=0
// also: LIVE=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    void **last = NULL;
    for (size_t i = 0; i < 128 * MIB / SIZE; i++) {
        void **block = malloc(SIZE);
        fill(block, SIZE, 1);
        *block = last;
        last = block;
    }
    size_t peak = resident();
    while (last) {
        void **block = last;
        last = *block;
        free(block);
    }
    CHECK(resident() < peak / 10, "%zu of %zu bytes stay resident", resident(), peak);
    return 0;
}
