// Large blocks of changing size, written whole: one of some places is chosen, its block freed, and one of 5 to 25 MB, each
// size as likely, allocated and filled.
//
//   buffers PLACES STEPS     (defaults: 12 300)
#include "workload.h"

enum { maximumPlaces = 1024, smallest = 5000000, largest = 25000000 };

int main(int count, char **arguments) {
    long places = argument(count, arguments, 1, 12), steps = argument(count, arguments, 2, 300);
    if (places > maximumPlaces) fail("buffers: at most 1024 places");
    static struct piece pieces[maximumPlaces];
    struct random source = {1};
    for (long i = 0; i < steps; i++) {
        struct piece *piece = &pieces[below(&source, (size_t)places)];
        drop(piece);
        *piece = take(between(&source, smallest, largest));
        memset(piece->block, (char)piece->size, piece->size);
    }
    for (long k = 0; k < places; k++) drop(&pieces[k]);
    return 0;
}
