// Proves that aligned_alloc serves every power of two up to 4 MiB, also with sizes that are no multiple of the alignment.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    for (size_t alignment = 1; alignment <= 4 * MIB; alignment *= 2) {
        void *blocks[40];
        for (int i = 0; i < 40; i++) {
            size_t size = (size_t)i * 37 + (i % 4 == 0 ? alignment : 0);
            blocks[i] = aligned_alloc(alignment, size);
            CHECK(blocks[i] && (uintptr_t)blocks[i] % alignment == 0, "aligned_alloc(%zu, %zu) is %p", alignment, size, blocks[i]);
            CHECK((uintptr_t)blocks[i] % 16 == 0, "aligned_alloc(%zu, %zu) is %p", alignment, size, blocks[i]);
            fill(blocks[i], (size_t)i * 37, i);
        }
        for (int i = 0; i < 40; i++) {
            CHECK(filled(blocks[i], (size_t)i * 37, i), "alignment %zu: block %d changed", alignment, i);
            free(blocks[i]);
        }
    }
    return 0;
}
