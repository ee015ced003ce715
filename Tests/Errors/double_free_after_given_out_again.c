// Between the two frees a block of the same size is allocated: often the same memory, then a live block is freed.
// double-free: SIZE=32 SIZE=3000 SIZE=200000
#include "error.h"

int main(void) {
    void *block = hide(malloc(SIZE));
    free(block);
    void *next = hide(malloc(SIZE));
    memset(next, 1, SIZE);
    free(hide(block));
    return end();
}
