// Proves that what is freed comes back when the quarantine is full: 600 MB of traffic in all sizes stays in bounded memory.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=4m
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=0
// arguments: SIZE=50 SIZE=700 SIZE=9000 SIZE=100000 SIZE=5000000
// timeout: 60
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    int ring = SIZE > 50000 ? 3 : 1000, count = 600000000 / SIZE < 2000000 ? 600000000 / SIZE : 2000000;
    static void *blocks[1000];
    size_t before = resident(), quarantine = getenv("SWIFTMALLOC_QUARANTINE") ? 4 * MIB : 64 * MIB;
    for (int i = 0; i < count; i++) {
        free(blocks[i % ring]);
        blocks[i % ring] = malloc(SIZE);
        CHECK(blocks[i % ring] != NULL, "no block %d", i);
        fill(blocks[i % ring], SIZE, i);
        if (i % 10000 == 0) CHECK(resident() < before + 3 * quarantine + 48 * MIB, "%zu resident after %d", resident() - before, i);
    }
    CHECK(resident() < before + 3 * quarantine + 48 * MIB, "%zu resident at the end", resident() - before);
    return 0;
}
