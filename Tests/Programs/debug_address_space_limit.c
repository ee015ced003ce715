// Proves that under a small address-space limit the debug heap gives null with ENOMEM at the end, that all can be freed, and
// that what then lies in quarantine serves again because memory is short.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// ulimit: -v 400000
// arguments: SIZE=500 SIZE=3000 SIZE=100000 SIZE=8000000
// timeout: 60
#include "workout.h"
ARGUMENT(int, SIZE)

int main(void) {
    size_t first = 0;
    for (int round = 0; round < 3; round++) {
        void **last = NULL;
        size_t count = 0;
        errno = 0;
        for (void **block; (block = malloc(SIZE)) != NULL; last = block, count++) *block = last;
        CHECK(errno == ENOMEM, "null after %zu blocks", count);
        if (round == 0) first = count;
        CHECK(first * SIZE > 15 * MIB && count > first / 2, "round %d: %zu blocks, %zu at first", round, count, first);
        while (last) {
            void **block = last;
            last = *block;
            free(block);
        }
    }
    return 0;
}
