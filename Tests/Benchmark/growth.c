// A program that grows slowly, as one with a leak does: small blocks up to a number of MiB, of which one in ten is freed a
// while later and the others are kept to the end.
//
//   growth MIB     (default 200)
#include "workload.h"

enum { recent = 1000 };

int main(int count, char **arguments) {
    size_t wanted = (size_t)argument(count, arguments, 1, 200) << 20, live = 0;
    struct random source = {1};
    static struct piece pieces[recent];
    for (size_t step = 0; live < wanted; step++) {
        struct piece *piece = &pieces[step % recent];
        // Nine of ten that grow old stay for good: nothing knows their address any more.
        if (piece->block && next(&source) % 10 == 0) { live -= piece->size; drop(piece); }
        *piece = take(next(&source) % 8 ? between(&source, 16, 128) : between(&source, 128, 1024));
        live += piece->size;
    }
    return 0;
}
