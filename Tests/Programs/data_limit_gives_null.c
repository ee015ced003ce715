// Proves that RLIMIT_DATA, which counts writable private mappings, is felt as null and ENOMEM and not as a crash.
// expect: exit 0
// stderr-none
// arguments: SIZE=64 SIZE=3000 SIZE=100000 SIZE=8000000
// also: DEBUG=1
#include <sys/resource.h>
#include "workout.h"
ARGUMENT(int, SIZE)

int main(void) {
    struct rlimit limit = {100 * MIB, 100 * MIB};
    CHECK(setrlimit(RLIMIT_DATA, &limit) == 0, "setrlimit");
    for (int round = 0; round < 3; round++) {
        void **last = NULL;
        size_t count = 0;
        errno = 0;
        for (void **block; count * SIZE < 2048 * MIB && (block = malloc(SIZE)) != NULL; last = block, count++) *block = last;
        if (count * SIZE < 2048 * MIB) CHECK(errno == ENOMEM, "null after %zu blocks", count);
        CHECK(count * SIZE > (isDebug() ? 15 : 30) * MIB, "only %zu blocks", count);
        while (last) {
            void **block = last;
            last = *block;
            free(block);
        }
        workout((uint64_t)round + 1, 1000);
    }
    return 0;
}
