// Proves that a second free is found when malloc_trim gave the memory back between.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    void *block = announce(malloc(SIZE));
    free(block);
    malloc_trim(0);
    free(hide(block));
    return 0;
}
