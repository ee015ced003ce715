// Proves that the usable size is at least the asked one, the same at every question, and writable to its end without
// touching a neighbour, for every size from 0 to 20000 and then in steps.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    for (size_t size = 0; size < 3 * MIB; size += size < 20000 ? 1 : size / 13) {
        char *blocks[3];
        size_t usable[3];
        for (int i = 0; i < 3; i++) {
            blocks[i] = malloc(size);
            usable[i] = malloc_usable_size(blocks[i]);
            CHECK(usable[i] >= size, "malloc(%zu) has %zu usable bytes", size, usable[i]);
            fill(blocks[i], usable[i], i + 1);
        }
        for (int i = 0; i < 3; i++) {
            CHECK(malloc_usable_size(blocks[i]) == usable[i], "usable size of malloc(%zu) changed", size);
            CHECK(filled(blocks[i], usable[i], i + 1), "malloc(%zu): a neighbour wrote into block %d", size, i);
        }
        for (int i = 0; i < 3; i++) free(blocks[i]);
    }
    return 0;
}
