// Proves that a second free is found when blocks of another size were allocated between.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    void *first = hide(malloc(700));  // so that the other size has its place already
    void *block = announce(malloc(SIZE)), *neighbour = hide(malloc(SIZE));
    free(block);
    for (int i = 0; i < 4; i++) hide(malloc(700));
    free(hide(block));
    free(first), free(neighbour);
    return 0;
}
