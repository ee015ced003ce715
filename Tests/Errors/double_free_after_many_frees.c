// Many other blocks of the size are freed between the two frees: more than an allocator's caches hold.
// double-free: SIZE=48,COUNT=8 SIZE=48,COUNT=10000 SIZE=2000,COUNT=100
#include "error.h"

static void *others[COUNT];

int main(void) {
    void *block = hide(malloc(SIZE));
    for (int i = 0; i < COUNT; i++) others[i] = malloc(SIZE);
    free(block);
    for (int i = 0; i < COUNT; i++) free(others[i]);
    free(hide(block));
    return end();
}
