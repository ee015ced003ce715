// Proves that locked pages of a long free run end no purge late, and that what lies around them goes back: KIND 0, all is
// locked; 1, one page in each 10 MiB; 2, the first page; 3, the last one.
// expect: exit 0
// stderr-none
// arguments: KIND=0,SIZE=1000 KIND=1,SIZE=1000 KIND=2,SIZE=1000 KIND=3,SIZE=1000
// arguments: KIND=0,SIZE=60000 KIND=1,SIZE=60000 KIND=3,SIZE=60000
// arguments: KIND=0,SIZE=9000000 KIND=1,SIZE=9000000
// also: LIVE=1
#include <sys/mman.h>
#include "check.h"

enum { total = 120 << 20, page = 4096, most = total / 1000 };
ARGUMENT(int, KIND)
ARGUMENT(int, SIZE)

static void *blocks[most];

static void lock(size_t offset) {
    char *block = blocks[offset / (size_t)SIZE];
    CHECK(mlock(block + offset % (size_t)SIZE, 1) == 0, "mlock");
}

int main(void) {
    int count = total / SIZE;
    if (KIND == 0 && mlockall(MCL_CURRENT | MCL_FUTURE) != 0) SKIP("no right to lock memory");
    for (int i = 0; i < count; i++) {
        blocks[i] = malloc((size_t)SIZE);
        CHECK(blocks[i] != NULL, "no block");
        fill(blocks[i], (size_t)SIZE, i);
    }
    if (KIND == 1)
        for (size_t offset = 0; offset < total; offset += 10 << 20) lock(offset);
    if (KIND == 2) lock(0);
    if (KIND == 3) lock((size_t)count * (size_t)SIZE - 1);
    size_t before = resident();
    for (int i = 0; i < count; i++) free(blocks[i]);
    double begin = processorSeconds();
    malloc_trim(0);
    CHECK(processorSeconds() - begin < 2 * patience(), "malloc_trim took %f s", processorSeconds() - begin);
    size_t gone = before - resident();
    CHECK(KIND == 0 || gone > total - (total / 10), "%zu of %d bytes went back", gone, total);
    // The memory serves again, and another pass ends, too.
    for (int i = 0; i < count; i++) {
        blocks[i] = malloc((size_t)SIZE);
        CHECK(blocks[i] != NULL, "no block");
        fill(blocks[i], (size_t)SIZE, ~i);
    }
    for (int i = 0; i < count; i++) {
        CHECK(filled(blocks[i], (size_t)SIZE, ~i), "block %d", i);
        free(blocks[i]);
    }
    malloc_trim(0);
    return 0;
}
