// The program goes on for a while, with other sizes too, before it frees the block again.
// double-free: COUNT=100000
#include "error.h"

int main(void) {
    void *block = hide(malloc(48));
    free(block);
    work(COUNT);
    free(hide(block));
    return end();
}
