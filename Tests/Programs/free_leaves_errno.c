// Proves that free keeps errno (POSIX 2024) for small, medium, large and huge blocks, one by one and in heaps of them.
// expect: exit 0
// stderr-none
// arguments: SIZE=24 SIZE=3000 SIZE=60000 SIZE=300000 SIZE=40000000
// env: SWIFTMALLOC_PURGE_DELAY=0
// env: SWIFTMALLOC_PURGE_DELAY=20
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    int count = SIZE > 1000000 ? 20 : 2000;
    static char *blocks[2000];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < count; i++) {
            blocks[i] = malloc(SIZE);
            CHECK(blocks[i] != NULL, "block %d", i);
            blocks[i][0] = 1, blocks[i][SIZE - 1] = 1;
        }
        errno = 9999;
        for (int i = 0; i < count; i++) {
            free(blocks[i]);
            CHECK(errno == 9999, "free of block %d set errno", i);
        }
        usleep(30000);
    }
    return 0;
}
