// Proves that realloc to a size of 0 does what the C library's own does: glibc's frees and gives null, which musl's programs would
// take for a failure. They get a block, which they free.
// also: DEBUG=1 LIVE=1
// env: A=1
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// arguments: SIZE=1 SIZE=3000 SIZE=100000 SIZE=5000000
#include "check.h"
#include <string.h>

ARGUMENT(size_t, SIZE);

int main(void) {
    volatile size_t nothing = 0;
    for (int round = 0; round < 300; round++) {
        char *block = malloc(SIZE);
        CHECK(block, "no memory");
        memset(block, round, SIZE);
        char *rest = realloc(block, nothing);
#ifdef __GLIBC__
        CHECK(!rest, "glibc gives null");
#else
        CHECK(rest && malloc_usable_size(rest) < 100, "musl gives a short block");
        char *others[3] = {malloc(1), malloc(SIZE), realloc(NULL, nothing)};
        for (int index = 0; index < 3; index++) CHECK(others[index] && others[index] != rest, "the block is given out twice");
        for (int index = 0; index < 3; index++) free(others[index]);
        CHECK((rest = realloc(rest, SIZE)), "it does not grow");
        memset(rest, 1, SIZE);
        free(rest);
#endif
    }
    return 0;
}
