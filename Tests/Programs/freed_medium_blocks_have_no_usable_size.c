// Proves that no block above 32 KiB is taken for a live one after its free, in whatever order its neighbours were freed.
// expect: exit 0
// stderr-none
// production-only: a debug heap may remember freed blocks
#include "check.h"

int main(void) {
    static void *blocks[200];
    uint64_t random = 11;
    for (int i = 0; i < 200; i++) blocks[i] = malloc(40000 + nextRandom(&random) % 900000);
    for (int i = 199; i > 0; i--) {
        int at = (int)(nextRandom(&random) % (unsigned)(i + 1));
        void *block = blocks[at];
        blocks[at] = blocks[i], blocks[i] = block;
    }
    for (int i = 0; i < 200; i++) {
        free(hide(blocks[i]));
        for (int k = 0; k <= i; k++) CHECK(malloc_usable_size(hide(blocks[k])) == 0, "block %d after %d frees", k, i + 1);
    }
    return 0;
}
