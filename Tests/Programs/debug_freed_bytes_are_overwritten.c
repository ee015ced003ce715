// Proves that the bytes of a freed small block are 0xdd at once, and those of fresh ones (of calloc) zero nevertheless.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=0
// arguments: SIZE=16 SIZE=61 SIZE=1000 SIZE=10000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    for (int round = 0; round < 200; round++) {
        unsigned char *block = calloc(SIZE, 1), *neighbour = malloc(SIZE);
        CHECK(filled(block, SIZE, 0), "round %d: calloc is not zero", round);
        fill(block, SIZE, 0x42);
        free(block);
        unsigned char *freed = hide(block);
        for (int i = 0; i < SIZE; i++) CHECK(freed[i] == 0xdd, "round %d: byte %d is %02x", round, i, freed[i]);
        hide(neighbour);  // stays: its bucket is never empty
    }
    return 0;
}
