// Proves that every alignment from 8 bytes to 64 MiB is kept for small and large sizes, with blocks apart and freeable.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    for (size_t alignment = 8; alignment <= 64 * MIB; alignment *= 2) {
        size_t sizes[] = {0, 1, 8, 24, alignment / 2, alignment - 1, alignment, alignment + 1, alignment + alignment / 2 + 3, 5000, 100000, 3 * MIB};
        enum { count = sizeof sizes / sizeof *sizes };
        char *blocks[count];
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < count; i++) {
                void *block = NULL;
                CHECK(posix_memalign(&block, alignment, sizes[i]) == 0, "alignment %zu, size %zu", alignment, sizes[i]);
                CHECK((uintptr_t)block % alignment == 0 && (uintptr_t)block % 16 == 0, "%p for %zu", block, alignment);
                CHECK(malloc_usable_size(block) >= sizes[i], "alignment %zu, size %zu", alignment, sizes[i]);
                blocks[i] = block;
                if (sizes[i]) blocks[i][0] = blocks[i][sizes[i] - 1] = (char)(i + 1);
            }
            for (int i = 0; i < count; i++) {
                CHECK(!sizes[i] || (blocks[i][0] == i + 1 && blocks[i][sizes[i] - 1] == i + 1), "alignment %zu: block %d changed", alignment, i);
                free(blocks[i]);
            }
        }
    }
    return 0;
}
