// Blocks of 16 to 4096 bytes' alignment by posix_memalign, among plain ones, with random lives.
//
//   aligned THOUSANDS     (default 3000: thousands of blocks)
#include "workload.h"

enum { places = 5000 };

int main(int count, char **arguments) {
    long blocks = 1000 * argument(count, arguments, 1, 3000);
    static struct piece pieces[places];
    struct random source = {1};
    for (long i = 0; i < blocks; i++) {
        struct piece *piece = &pieces[below(&source, places)];
        drop(piece);
        size_t size = next(&source) % 16 ? between(&source, 16, 1024) : between(&source, 1024, 16384);
        uint32_t kind = next(&source) % 64;
        // One in four is plain; the coarser an alignment, the rarer, as in programs.
        if (kind >= 48) { *piece = take(size); continue; }
        size_t alignment = kind < 20 ? 16 : kind < 32 ? 32 : kind < 44 ? 64 : kind < 45 ? 128 : kind < 46 ? 256 : kind < 47 ? 512 : 4096;
        // Not a whole number of alignments: mimalloc 2.0.9 mistakes that (its issue 700), and would have no time to show.
        if (alignment > 128) size |= 1;
        void *block;
        if (posix_memalign(&block, alignment, size)) fail("no memory");
        if ((uintptr_t)block % alignment) fail("a block is not aligned");
        use(block, size);
        *piece = (struct piece){block, size};
    }
    for (int k = 0; k < places; k++) drop(&pieces[k]);
    return 0;
}
