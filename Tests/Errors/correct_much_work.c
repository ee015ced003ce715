// A hundred thousand operations on blocks of all sizes, ten thousand blocks alive at once, all freed.
// correct:
#include "error.h"

int main(void) {
    static char *blocks[10000];
    unsigned random = 5;
    work(50000);
    for (int i = 0; i < 60000; i++) {
        random = random * 1664525 + 1013904223;
        char **place = &blocks[random / 4096 % 10000];
        size_t size = random / 65536 % 100 ? 1 + random / 65536 % 900 : random / 65536 * 3;
        free(*place);
        *place = malloc(size);
        if (size) (*place)[0] = (*place)[size - 1] = 1;
    }
    for (int i = 0; i < 10000; i++) free(blocks[i]);
    return end();
}
