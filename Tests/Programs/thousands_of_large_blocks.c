// Proves that 4000 large blocks live at once keep their contents and are freed in disorder without a trace.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// env: SWIFTMALLOC_PURGE_DELAY=0
// also: LIVE=1
#include "check.h"
enum { count = 4000 };

int main(void) {
    static char *blocks[count];
    static size_t sizes[count];
    uint64_t random = 3;
    size_t before = resident();
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < count; i++) {
            sizes[i] = 130000 + nextRandom(&random) % 600000;
            blocks[i] = malloc(sizes[i]);
            CHECK(blocks[i] != NULL, "block %d", i);
            fill(blocks[i], 100, i), fill(blocks[i] + sizes[i] - 100, 100, i);
        }
        for (int i = count - 1; i > 0; i--) {
            int j = (int)(nextRandom(&random) % (uint64_t)(i + 1));
            char *block = blocks[i];
            size_t size = sizes[i];
            CHECK(filled(block, 100, block[50]) && filled(block + size - 100, 100, block[50]), "block %d changed", i);
            blocks[i] = blocks[j], sizes[i] = sizes[j], blocks[j] = block, sizes[j] = size;
        }
        for (int i = 0; i < count; i++) free(blocks[i]);
    }
    CHECK(resident() < before + 64 * MIB, "resident memory grew by %zu", resident() - before);
    return 0;
}
