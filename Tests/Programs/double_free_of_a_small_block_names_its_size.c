// Proves that the report of a small block's second free has the right kind and the size of the block.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\)(,|$)
// arguments: SIZE=32 SIZE=64 SIZE=128 SIZE=1024 SIZE=4096
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    void *block = announce(malloc(SIZE)), *other = hide(malloc(SIZE));
    free(block);
    free(hide(block));
    free(other);
    return 0;
}
