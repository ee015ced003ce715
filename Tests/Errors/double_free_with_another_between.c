// Another block is freed between the two frees of the first.
// double-free: SIZE=32 SIZE=200000
#include "error.h"

int main(void) {
    void *block = hide(malloc(SIZE)), *other = hide(malloc(SIZE));
    free(block);
    free(other);
    free(hide(block));
    return end();
}
