// Fragmentation: small blocks up to a number of MiB, nine of ten freed at random, then blocks of other sizes until half of
// the first amount is live again. Prints what is resident at the end: what the holes cost that nothing can fill.
//
//   fragmentation MIB     (default 150)
#include "workload.h"

int main(int count, char **arguments) {
    size_t wanted = (size_t)argument(count, arguments, 1, 150) << 20, live = 0, number = 0;
    struct random source = {1};
    static struct piece pieces[4 << 20];
    enum { maximum = sizeof pieces / sizeof *pieces };
    while (live < wanted && number < maximum) {
        pieces[number] = take(next(&source) % 16 ? between(&source, 16, 256) : between(&source, 256, 2048));
        live += pieces[number++].size;
    }
    size_t left = 0, listed = number;
    for (size_t i = 0; i < number; i++) {
        if (next(&source) % 10) { live -= pieces[i].size; drop(&pieces[i]); }
        else pieces[left++] = pieces[i];
    }
    while (live < wanted / 2 && left < maximum) {
        pieces[left] = take(next(&source) % 16 ? between(&source, 300, 1200) : between(&source, 2000, 20000));
        live += pieces[left++].size;
        // Some of the new ones die soon.
        if (next(&source) % 4 == 0) {
            struct piece *piece = &pieces[below(&source, left)];
            live -= piece->size;
            drop(piece);
            *piece = pieces[--left];
        }
    }
    if (left > listed) listed = left;
    // The list of blocks is not the heap's.
    printf("memory %ld\n", residentKiB() - (long)(listed * sizeof *pieces / 1024));
    for (size_t i = 0; i < left; i++) drop(&pieces[i]);
    return 0;
}
