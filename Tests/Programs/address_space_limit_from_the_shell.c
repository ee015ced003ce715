// Proves that under a small address-space limit from the start, malloc gives null with ENOMEM at its end, everything can be
// freed, and then it works again, three times over, for every kind of size.
// expect: exit 0
// stderr-none
// production-only: the debug heap needs more addresses (debug_address_space_limit) and keeps those of small blocks
// ulimit: -v 65536
// ulimit: -v 262144
// ulimit: -v 1000000
// also: LIVE=1
#include "workout.h"

int main(void) {
    size_t sizes[] = {64, 3000, 100000, 8000000, 1000};
    for (int round = 0; round < 5; round++) {
        void **last = NULL;
        size_t count = 0, size = sizes[round];
        errno = 0;
        for (void **block; (block = malloc(size)) != NULL; last = block, count++) {
            *block = last;
            CHECK(count * size < 1100 * MIB, "the limit is not felt");
        }
        CHECK(errno == ENOMEM, "size %zu: null after %zu blocks", size, count);
        CHECK(count * size > 15 * MIB, "size %zu: only %zu blocks, %zu bytes", size, count, count * size);
        for (size_t freed = 0; last; freed++) {
            void **block = last;
            last = *block;
            free(block);
        }
        workout((uint64_t)round + 1, 1000);
    }
    return 0;
}
