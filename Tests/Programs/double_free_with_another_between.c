// Proves that a second free is found when one other block of the size was freed between.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    void *block = announce(malloc(SIZE)), *other = hide(malloc(SIZE));
    free(block);
    free(other);
    free(hide(block));
    return 0;
}
