// Proves that a second free of a block above 32 KiB is found also when its memory has joined that of a free block before it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=70000 SIZE=131072 SIZE=200000 SIZE=1000000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    void *blocks[12];
    for (int i = 0; i < 12; i++) blocks[i] = malloc(SIZE);
    free(hide(blocks[0]));
    free(hide(blocks[1]));
    free(hide(announce(blocks[1])));
    return 0;
}
