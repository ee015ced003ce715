// Proves that 256 MiB of small blocks, freed in disorder, are below 5 % of the peak within the purge delay plus a second of
// light work.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// arguments: SIZE=48 SIZE=300 SIZE=3000 SIZE=20000
// env: SWIFTMALLOC_PURGE_DELAY=200
// also: LIVE=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    enum { lists = 64 };
    void **heads[lists] = {0};
    for (size_t i = 0; i < 256 * MIB / SIZE; i++) {  // the blocks themselves are the list: nothing else is held
        void **block = malloc(SIZE);
        fill(block, SIZE, 1);
        *block = heads[i * 7 % lists];
        heads[i * 7 % lists] = block;
    }
    size_t peak = resident();
    for (int i = 0; i < lists; i++)
        while (heads[i]) {
            void **block = heads[i];
            heads[i] = *block;
            free(block);
        }
    for (double began = seconds(); seconds() - began < 1.2;) {
        void *blocks[50];
        for (size_t i = 0; i < 50; i++) blocks[i] = malloc(i * 30);
        for (size_t i = 0; i < 50; i++) free(blocks[i]);
        usleep(2000);
    }
    CHECK(resident() < peak / 20, "%zu of %zu bytes stay resident", resident(), peak);
    return 0;
}
