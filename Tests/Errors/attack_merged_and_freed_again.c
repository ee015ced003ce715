// A block is freed and merged with its free neighbour, then freed again into a cache that has place: a larger block that is
// given out next would hold the smaller one. ("house of botcake")
// attack:
#include "error.h"

int main(void) {
    void *filler[7], *before = NULL, *block, *guard;
    for (int i = 0; i < 7; i++) filler[i] = malloc(0x100);
    before = hide(malloc(0x100)), block = hide(malloc(0x100)), guard = malloc(16);
    for (int i = 0; i < 7; i++) free(filler[i]);
    free(block);
    free(before);
    void *one = malloc(0x100);
    free(hide(block));
    memset(malloc(0x120), 1, 0x120);
    memset(malloc(0x100), 2, 0x100);
    hide(one), hide(guard);
    return end();
}
