// An address inside of a block is freed.
// invalid-free: SIZE=64,OFFSET=1 SIZE=64,OFFSET=16 SIZE=3000,OFFSET=48 SIZE=200000,OFFSET=8192
#include "error.h"

int main(void) {
    char *block = hide(calloc(1, SIZE));
    free(hide(block + OFFSET));
    return end();
}
