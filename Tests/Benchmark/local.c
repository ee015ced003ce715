// The first benchmark of metamalloc's README: one thread allocates blocks of 37 sizes, each byte of them is written and
// read, and frees them. Prints allocations and deallocations per microsecond; the time is that of these calls and the
// first writing, which is when the system maps the pages.
//
//   local ROUNDS     (default 40)
#include "workload.h"

enum { sizeCount = 37, blocksOfASize = 900, blockCount = sizeCount * blocksOfASize };

int main(int count, char **arguments) {
    long rounds = argument(count, arguments, 1, 40);
    static char *blocks[blockCount];
    double allocating = 0, freeing = 0;
    for (long round = 0; round < rounds; round++) {
        double begin = seconds();
        for (int i = 0; i < blockCount; i++) {
            size_t size = 16 * (1 + (size_t)i % sizeCount);
            if (!(blocks[i] = malloc(size))) fail("no memory");
            memset(blocks[i], (char)size, size);
        }
        allocating += seconds() - begin;
        for (int i = 0; i < blockCount; i++) {
            size_t size = 16 * (1 + (size_t)i % sizeCount);
            for (size_t at = 0; at < size; at++)
                if (blocks[i][at] != (char)size) fail("a block's contents changed");
        }
        begin = seconds();
        for (int i = 0; i < blockCount; i++) free(blocks[i]);
        freeing += seconds() - begin;
    }
    double blocksInAll = (double)rounds * blockCount;
    printf("time %.6f\nfigure allocations/us %.1f\nfigure deallocations/us %.1f\nfigure total_us %.0f\n", allocating + freeing,
           blocksInAll / allocating / 1e6, blocksInAll / freeing / 1e6, (allocating + freeing) / (double)rounds * 1e6);
    return 0;
}
