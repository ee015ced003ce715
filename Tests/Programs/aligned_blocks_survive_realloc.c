// Proves that a block with an alignment keeps its contents when realloc grows and shrinks it, and can be freed.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    for (size_t alignment = 16; alignment <= 16 * MIB; alignment *= 4)
        for (size_t size = 1; size < 3 * MIB; size = size * 5 + 3) {
            char *block = memalign(alignment, size), *other = memalign(alignment, size);
            fill(block, size, 0x31), fill(other, size, 0x32);
            block = realloc(block, size * 3 + 5);
            CHECK(block && filled(block, size, 0x31), "alignment %zu, %zu grown", alignment, size);
            fill(block, size * 3 + 5, 0x33);
            other = realloc(other, size / 2 + 1);
            CHECK(other && filled(other, size / 2 + 1, 0x32), "alignment %zu, %zu shrunk", alignment, size);
            block = realloc(block, size);
            CHECK(block && filled(block, size, 0x33), "alignment %zu, back to %zu", alignment, size);
            free(block), free(other);
        }
    return 0;
}
