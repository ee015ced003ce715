// The word before a large block, where the size of its mapping may stand, is made larger: its free would unmap the blocks
// beside it too. ("overlapping mappings")
// attack:
#include "error.h"

int main(void) {
    char *a = hide(malloc(0x100000)), *b = hide(malloc(0x100000));
    memset(a, 1, 0x100000), memset(b, 2, 0x100000);
    putWord(b, -8, 0x202002);
    free(b);
    memset(malloc(0x180000), 3, 0x180000);
    return end();
}
