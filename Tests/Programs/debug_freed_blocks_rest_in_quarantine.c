// Proves that no address is given out again before other blocks of about the quarantine's size were freed after it.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=1m
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_QUARANTINE=20m
// arguments: SIZE=50 SIZE=1000 SIZE=9000 SIZE=30000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    int ring = 400000 / SIZE;
    static void *freed[8000];
    void *neighbour = hide(malloc(SIZE));
    for (int i = 0; i < 5 * ring; i++) {
        void *block = hide(malloc(SIZE));
        for (int k = 0; k < ring && k < 2000; k++)
            CHECK(block != freed[(i - 1 - k + 5 * ring) % ring], "free %d: given out again after %d frees", i, k);
        freed[i % ring] = block;
        free(block);
    }
    free(neighbour);
    return 0;
}
