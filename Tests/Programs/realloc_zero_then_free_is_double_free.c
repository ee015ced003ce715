// Proves that the block is gone after realloc(p, 0): a free of it afterwards is a second free.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    void *block = announce(malloc(SIZE));
    realloc(block, 0);
    free(hide(block));
    return 0;
}
