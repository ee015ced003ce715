// Zeroed blocks from 16 bytes to 64 KiB, small ones far more often, with random lives among blocks that are full of
// other bytes; all of a small block is looked at, whether it is zero, and places of a larger one.
//
//   calloc THOUSANDS     (default 2500: thousands of blocks)
#include "workload.h"

enum { places = 4000 };

static size_t anySize(struct random *source) {
    uint32_t kind = next(source) % 100;
    return kind < 80 ? between(source, 16, 256) : kind < 98 ? between(source, 256, 4096) : between(source, 4096, 65536);
}

int main(int count, char **arguments) {
    long blocks = 1000 * argument(count, arguments, 1, 2500);
    static struct piece pieces[places];
    struct random source = {1};
    for (long i = 0; i < blocks; i++) {
        struct piece *piece = &pieces[below(&source, places)];
        drop(piece);
        size_t size = anySize(&source);
        if (i % 8 == 0) {
            *piece = take(size);
            memset(piece->block, (char)size, size);
            continue;
        }
        char *block = calloc(size / 8, 8);
        if (!block) fail("no memory");
        size &= ~(size_t)7;
        size_t stride = size <= 256 ? 1 : size / 64;
        for (size_t at = 0; at < size; at += stride)
            if (block[at]) fail("calloc gave memory that is not zero");
        use(block, size);
        *piece = (struct piece){block, size};
    }
    for (int k = 0; k < places; k++) drop(&pieces[k]);
    return 0;
}
