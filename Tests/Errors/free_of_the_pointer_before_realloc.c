// realloc moved the block; the old pointer is freed.
// double-free: SIZE=32 SIZE=200000
#include "error.h"

int main(void) {
    void *block = inRow(SIZE);
    void *moved = hide(realloc(block, SIZE * 3));
    free(hide(block));
    memset(moved, 0, SIZE * 3);
    return end();
}
