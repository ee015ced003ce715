// Proves that PURGE_DELAY=-1 never gives small blocks' memory back by itself.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// env: SWIFTMALLOC_PURGE_DELAY=-1
// also: LIVE=1
#include "check.h"

int main(void) {
    void **last = NULL;
    for (size_t i = 0; i < 64 * MIB / 300; i++) {
        void **block = malloc(300);
        fill(block, 300, 1);
        *block = last;
        last = block;
    }
    size_t peak = resident();
    while (last) {
        void **block = last;
        last = *block;
        free(block);
    }
    for (double began = seconds(); seconds() - began < 1;) free(malloc(1000)), usleep(2000);
    CHECK(resident() > peak / 2, "%zu of %zu bytes stay resident", resident(), peak);
    return 0;
}
