// Proves that the addresses that a wave of 1.2 GB needed go back by malloc_trim(0), though some of its blocks live on, and by age.
// KEEP: which blocks stay: none, the first, one in the middle, the last, or each 5000th.
// production-only: the debug heap has a room of its own for addresses
// arguments: SIZE=1024,KEEP=0 SIZE=100000,KEEP=0 SIZE=100000,KEEP=1 SIZE=100000,KEEP=2 SIZE=100000,KEEP=3 SIZE=30000,KEEP=4 SIZE=3000000,KEEP=2 SIZE=6000000,KEEP=0
// env: SWIFTMALLOC_BACKGROUND=0
// env: SWIFTMALLOC_PURGE_DELAY=100
#include <pthread.h>
#include <sys/resource.h>
#include "check.h"
ARGUMENT(size_t, SIZE)
ARGUMENT(int, KEEP)
enum { most = 1200 << 20 };
static char *blocks[most / 1024];

static size_t mapped(void) {
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%zu", &pages) == 1, "no statm");
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static int stays(int i, int count) {
    return (KEEP == 1 && i == 0) || (KEEP == 2 && i == count / 2) || (KEEP == 3 && i == count - 1) || (KEEP == 4 && i % 5000 == 0);
}

static void wave(int byAge) {
    int count = (int)(most / SIZE);
    size_t before = mapped();
    for (int i = 0; i < count; i++) {
        blocks[i] = malloc(SIZE);
        blocks[i][0] = blocks[i][SIZE - 1] = 1;
    }
    CHECK(mapped() > before + 1000 * MIB, "%zu MiB mapped", (mapped() - before) / MIB);
    for (int i = 0; i < count; i++)
        if (!stays(i, count)) free(blocks[i]);
    if (!byAge) malloc_trim(0);
    for (double began = seconds(); byAge && seconds() - began < 2; usleep(1000)) free(hide(malloc(40000)));
    size_t more = byAge ? 400 : 200;
    CHECK(mapped() < before + more * MIB, "%zu MiB more than before", (mapped() - before) / MIB);
    for (int i = 0; i < count; i++)
        if (stays(i, count)) {
            CHECK(blocks[i][0] == 1 && blocks[i][SIZE - 1] == 1, "block %d", i);
            free(blocks[i]);
        }
}

int main(void) {
    wave(0);
    wave(0);
    if (KEEP == 0) wave(1);
    // What went back can be had again.
    wave(0);
    return 0;
}
