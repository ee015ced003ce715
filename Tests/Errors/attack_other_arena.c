// A flag in the word behind a block says that the next one belongs to another arena, whose head would be looked for at a
// round address that the attacker filled. ("house of mind")
// attack:
#include "error.h"

int main(void) {
    void *block = hide(malloc(56)), *next = hide(malloc(56));
    put(block, 56, 1, 0x45);
    free(next);
    return end();
}
