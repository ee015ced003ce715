// Proves where blocks stand: in guard mode with their last 16-byte unit at the end of a page, in guard-before at its begin.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
#include "debug.h"

int main(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t size = 1; size < 300000; size += size < 300 ? 1 : size / 9) {
        char *blocks[] = {malloc(size), calloc(1, size), realloc(malloc(size / 2 + 1), size + 1)};
        for (int i = 0; i < 3; i++) {
            size_t end = ((size_t)blocks[i] + size + (i == 2) + 15) & ~(size_t)15;
            CHECK((uintptr_t)blocks[i] % 16 == 0, "%p for %zu bytes", (void *)blocks[i], size);
            if (isMode("guard")) CHECK(end % page == 0, "%zu bytes at %p", size, (void *)blocks[i]);
            else CHECK((uintptr_t)blocks[i] % page == 0, "%zu bytes at %p", size, (void *)blocks[i]);
            fill(blocks[i], size, i);
        }
        for (int i = 0; i < 3; i++) CHECK(filled(blocks[i], size, i), "block %d of %zu bytes changed", i, size);
        for (int i = 0; i < 3; i++) free(blocks[i]);
    }
    return 0;
}
