// A block is freed twice in a row.
// double-free: SIZE=32 SIZE=3000 SIZE=200000
#include "error.h"

int main(void) {
    void *block = hide(malloc(SIZE));
    free(block);
    free(hide(block));
    return end();
}
