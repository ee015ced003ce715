// Proves that malloc_usable_size is what was asked for, whichever function gave the block, and after each realloc.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
#include "debug.h"

int main(void) {
    for (size_t size = 0; size < 3 * MIB; size += size < 3000 ? 1 : size / 7) {
        void *blocks[] = {malloc(size), calloc(size, 1), realloc(NULL, size), memalign(256, size), aligned_alloc(4096, size), valloc(size)};
        for (int i = 0; i < 6; i++) {
            CHECK(malloc_usable_size(blocks[i]) == size, "function %d, %zu: %zu", i, size, malloc_usable_size(blocks[i]));
            fill(blocks[i], size, i);
            blocks[i] = realloc(blocks[i], size * 2 + 1);
            CHECK(malloc_usable_size(blocks[i]) == size * 2 + 1, "%zu grown: %zu", size, malloc_usable_size(blocks[i]));
            CHECK(filled(blocks[i], size, i), "contents lost");
            blocks[i] = realloc(blocks[i], size / 2 + 1);
            CHECK(malloc_usable_size(blocks[i]) == size / 2 + 1, "%zu shrunk: %zu", size, malloc_usable_size(blocks[i]));
            free(blocks[i]);
        }
    }
    CHECK(malloc_usable_size(NULL) == 0, "null has a size");
    return 0;
}
