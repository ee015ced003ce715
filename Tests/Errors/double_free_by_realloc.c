// A freed block is given to realloc.
// double-free: SIZE=32 SIZE=200000
#include "error.h"

int main(void) {
    void *block = hide(malloc(SIZE));
    free(block);
    void *next = realloc(hide(block), SIZE * 2);
    hide(next);
    return end();
}
