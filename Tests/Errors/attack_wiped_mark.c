// The second word of a freed block is wiped, where a cache of free blocks may keep its mark against a second free; then it
// is freed again. ("tcache dup")
// attack: SIZE=40
#include "error.h"

int main(void) {
    void *block = hide(malloc(SIZE));
    free(block);
    putWord(block, 8, 0);
    free(hide(block));
    void *one = malloc(SIZE), *other = malloc(SIZE);
    hide(one), hide(other);
    return end();
}
