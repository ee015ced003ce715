// Proves that realloc up to the usable size keeps contents and that the usable size never falls below what was asked.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    for (size_t size = 1; size < MIB; size += size / 5 + 1) {
        char *block = malloc(size);
        size_t usable = malloc_usable_size(block);
        fill(block, usable, 7);
        block = realloc(block, usable);
        CHECK(block && malloc_usable_size(block) >= usable && filled(block, usable, 7), "size %zu, usable %zu", size, usable);
        block = realloc(block, usable + 1);
        CHECK(block && malloc_usable_size(block) >= usable + 1 && filled(block, usable, 7), "size %zu beyond %zu", size, usable);
        block = realloc(block, size);
        CHECK(block && malloc_usable_size(block) >= size && filled(block, size, 7), "back to %zu", size);
        free(block);
    }
    return 0;
}
