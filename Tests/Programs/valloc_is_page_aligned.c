// Proves that valloc gives page-aligned blocks of at least the asked size, also for no bytes.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t size = 0; size < 2 * MIB; size = size * 2 + 13) {
        char *block = valloc(size);
        CHECK(block && (uintptr_t)block % page == 0, "valloc(%zu) is %p", size, (void *)block);
        CHECK(malloc_usable_size(block) >= size, "valloc(%zu) is too small", size);
        fill(block, size, 9);
        free(block);
    }
    return 0;
}
