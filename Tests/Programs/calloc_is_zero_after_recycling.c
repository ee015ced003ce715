// Proves that calloc's memory is zero when it is made of dirtied and freed blocks, of the same size and of others.
// expect: exit 0
// stderr-none
// arguments: SIZE=16 SIZE=100 SIZE=1000 SIZE=5000 SIZE=40000 SIZE=130000 SIZE=600000 SIZE=5000000
// env: SWIFTMALLOC_PURGE_DELAY=0
// env: SWIFTMALLOC_PURGE_DELAY=10
// env: SWIFTMALLOC_PURGE_DELAY=-1
// also: DEBUG=1 LIVE=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    int count = SIZE > 500000 ? 6 : SIZE > 20000 ? 60 : 400;
    char *blocks[400];
    uint64_t random = 11;
    for (int round = 0; round < 12; round++) {
        size_t other = round % 3 == 0 ? SIZE : round % 3 == 1 ? SIZE / 3 + 1 : SIZE * 2;
        for (int i = 0; i < count; i++) {
            blocks[i] = malloc(other);
            fill(blocks[i], malloc_usable_size(blocks[i]), 0xd1);
        }
        for (int i = count - 1; i > 0; i--) {
            int j = (int)(nextRandom(&random) % (uint64_t)(i + 1));
            char *swapped = blocks[i];
            blocks[i] = blocks[j], blocks[j] = swapped;
        }
        for (int i = 0; i < count; i++) free(blocks[i]);
        if (round % 4 == 3) usleep(15000);
        for (int i = 0; i < count; i++) {
            blocks[i] = round % 2 ? calloc(SIZE, 1) : calloc(1, SIZE);
            CHECK(blocks[i] && filled(blocks[i], SIZE, 0), "round %d, block %d is not zero", round, i);
            fill(blocks[i], SIZE, 0xe2);
        }
        for (int i = 0; i < count; i++) free(blocks[i]);
    }
    return 0;
}
