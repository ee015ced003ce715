// The address was rounded up by the program; the rounded one is freed.
// invalid-free:
#include "error.h"

int main(void) {
    uintptr_t block = (uintptr_t)hide(calloc(1, 1000));
    uintptr_t aligned = (block + 255) / 256 * 256;
    if (aligned == block) aligned += 256;
    free(hide((void *)aligned));
    return end();
}
