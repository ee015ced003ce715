// The word behind a block, where the size of the next one may stand, is overwritten with a larger size, then that block is
// freed and the memory asked for again: it would overlap a third. ("overlapping chunks")
// attack: SIZE=0x91 SIZE=0x501
#include "error.h"

int main(void) {
    char *a = hide(malloc(0x48)), *b = hide(malloc(0x48)), *c = hide(malloc(0x48)), *rest = hide(malloc(0x600));
    memset(c, 3, 0x48), memset(rest, 4, 0x600);
    putWord(a, 0x48, SIZE);
    free(b);
    memset(malloc((SIZE & ~15) - 8), 5, 0x40);
    free(c);
    return end();
}
