// The end of a block, or an address before it, is freed.
// invalid-free: OFFSET=64 OFFSET=-8 OFFSET=-16
#include "error.h"

int main(void) {
    char *block = hide(calloc(1, 64));
    free(hide(block + OFFSET));
    return end();
}
