// Proves that realloc of a freed block is found.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32,NEW=33 SIZE=32,NEW=500 SIZE=3000,NEW=2900 SIZE=3000,NEW=90000 SIZE=200000,NEW=200001 SIZE=5000000,NEW=8000000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, NEW)

int main(void) {
    void *block = announce(malloc(SIZE));
    free(block);
    hide(realloc(hide(block), NEW));
    return 0;
}
