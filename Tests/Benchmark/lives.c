// Large blocks with random lives: a place is chosen, its block freed, and one of another size allocated, each page of it
// used. Sizes from 2^LOW to 2^HIGH bytes.
//
//   lives LOW HIGH PLACES STEPS     (defaults: 20 26 8 150)
#include "workload.h"

enum { maximumPlaces = 1024 };

int main(int count, char **arguments) {
    long low = argument(count, arguments, 1, 20), high = argument(count, arguments, 2, 26);
    long places = argument(count, arguments, 3, 8), steps = argument(count, arguments, 4, 150);
    if (low >= high || high > 32 || places > maximumPlaces) fail("lives: LOW < HIGH <= 32, at most 1024 places");
    static struct piece pieces[maximumPlaces];
    struct random source = {1};
    for (long i = 0; i < steps; i++) {
        struct piece *piece = &pieces[below(&source, (size_t)places)];
        drop(piece);
        *piece = take(logarithmic(&source, (unsigned)low, (unsigned)high));
    }
    for (long k = 0; k < places; k++) drop(&pieces[k]);
    return 0;
}
