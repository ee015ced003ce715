// A false free block is made up inside of a block, the words behind it tell the next one that it has a free neighbour, and
// that one is freed: two words of the attacker's choice would be written. ("unsafe unlink")
// attack:
#include "error.h"

static uint64_t *list[8];

int main(void) {
    uint64_t *a = hide(malloc(0x428)), *b = hide(malloc(0x428)), *last = hide(malloc(0x20));
    list[3] = a;
    a[1] = 0x421, a[2] = (uint64_t)(uintptr_t)&list[0], a[3] = (uint64_t)(uintptr_t)&list[1];
    a[0x84] = 0x420;
    putWord(a, 0x428, 0x430);
    free(b);
    // With the attack done, list[3] is &list[0].
    sink += (unsigned long)list[3][0];
    hide(last);
    return end();
}
