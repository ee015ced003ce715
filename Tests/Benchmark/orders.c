// Blocks of 16 to 1024 bytes, one in 64 of up to 32 KiB, freed in one of three orders: the last first (10000 are allocated,
// then all freed), the oldest first (a queue of 10000), or at random (10000 places, one replaced at a time).
//
//   orders lifo|fifo|random THOUSANDS     (default 4000: thousands of blocks)
#include "workload.h"

enum { places = 10000 };
static struct piece pieces[places];
static struct random source = {1};

static struct piece takeAny(void) { return take(next(&source) % 64 ? between(&source, 16, 1024) : between(&source, 1024, 32768)); }

int main(int count, char **arguments) {
    const char *order = count > 1 ? arguments[1] : "random";
    long blocks = 1000 * argument(count, arguments, 2, 4000);
    if (!strcmp(order, "lifo")) {
        for (long i = 0; i < blocks; i += places) {
            for (int k = 0; k < places; k++) pieces[k] = takeAny();
            for (int k = places; k-- > 0;) drop(&pieces[k]);
        }
    } else if (!strcmp(order, "fifo") || !strcmp(order, "random")) {
        int random = order[0] == 'r';
        for (long i = 0; i < blocks; i++) {
            struct piece *piece = &pieces[random ? (long)below(&source, places) : i % places];
            drop(piece);
            *piece = takeAny();
        }
        for (int k = 0; k < places; k++) drop(&pieces[k]);
    } else {
        fprintf(stderr, "orders: lifo, fifo or random\n");
        return 2;
    }
    return 0;
}
