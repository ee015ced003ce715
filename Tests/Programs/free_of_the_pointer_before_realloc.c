// Proves that a free of the old address is found when realloc has moved the block.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    void *block = announce(malloc(SIZE)), *behind = hide(malloc(SIZE));
    void *moved = hide(realloc(block, SIZE * 20));
    if (moved == hide(block)) SKIP("the block did not move");
    free(hide(block));
    free(moved), free(behind);
    return 0;
}
