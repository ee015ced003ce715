// Proves that LIMIT is felt by every function as null and ENOMEM, failed realloc leaving the block; frees make room again.
// expect: exit 0
// stderr-any: ^==[0-9]+==WARNING: swiftmalloc: the 1048576 bytes that LIMIT allows are in use
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LIMIT=1m
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_LIMIT=1048576
// env: SWIFTMALLOC_OPTIONS=DEBUG=1,LIMIT=1024k
// arguments: SIZE=64 SIZE=1000 SIZE=50000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    int most = 1048576 / SIZE;
    static char *blocks[1048576 / 64 + 1];
    for (int round = 0; round < (isMode("guard") ? 2 : 5); round++) {
        int count = 0;
        errno = 0;
        while (count <= most && (blocks[count] = malloc(SIZE)) != NULL) fill(blocks[count], SIZE, 7), count++;
        CHECK(errno == ENOMEM && count <= most && count * SIZE > 900000 - SIZE, "round %d: %d blocks of %d", round, count, SIZE);
        errno = 0;
        CHECK(calloc(1, SIZE * 2) == NULL && errno == ENOMEM, "calloc");
        errno = 0;
        CHECK(aligned_alloc(64, SIZE * 2) == NULL && errno == ENOMEM, "aligned_alloc");
        errno = 0;
        CHECK(realloc(blocks[0], SIZE + 200000) == NULL && errno == ENOMEM && filled(blocks[0], SIZE, 7), "realloc");
        void *block = NULL;
        CHECK(posix_memalign(&block, 64, 200000) == ENOMEM && block == NULL, "posix_memalign");
        while (count > 0) free(blocks[--count]);
        for (int i = 0; i < 3000; i++) free(malloc((size_t)i * 100));  // freed bytes do not count, quarantined or not
    }
    return 0;
}
