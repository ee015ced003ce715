// Proves that a limit set while the process runs is felt as null and ENOMEM, and that free blocks serve again after it.
// expect: exit 0
// stderr-none
// production-only: eight million blocks with traces and records take a minute and more than the limit leaves
// arguments: SIZE=64 SIZE=3000 SIZE=100000 SIZE=8000000
// also: LIVE=1
#include <sys/resource.h>
#include "workout.h"
ARGUMENT(int, SIZE)

int main(void) {
    workout(1, 2000);
    size_t before = virtualSize(), allowed = before + 96 * MIB, room = allowed < 512 * MIB ? allowed : 512 * MIB;
    struct rlimit limit = {allowed, RLIM_INFINITY};
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "setrlimit");
    for (int round = 0; round < 3; round++) {
        void **last = NULL;
        size_t count = 0;
        errno = 0;
        for (void **block; count * SIZE <= room && (block = malloc(SIZE)) != NULL; last = block, count++) *block = last;
        CHECK(count * SIZE > 48 * MIB, "only %zu blocks", count);
        if (count * SIZE <= room) CHECK(errno == ENOMEM, "null after %zu blocks", count);
        else CHECK(allowed > room, "%zu bytes were handed out under a limit of %zu", count * SIZE, allowed);
        while (last) {
            void **block = last;
            last = *block;
            free(block);
        }
        workout((uint64_t)round + 2, 1000);
    }
    limit.rlim_cur = RLIM_INFINITY;
    setrlimit(RLIMIT_AS, &limit);
    void *big = malloc(700 * MIB);
    CHECK(big != NULL, "no memory after the limit was lifted");
    free(big);
    return 0;
}
