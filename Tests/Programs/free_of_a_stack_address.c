// Proves that an address on the main thread's stack is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// variants: SIZE=32 SIZE=3000 SIZE=200000
#include "check.h"

int main(void) {
    char array[SIZE] __attribute__((aligned(16)));
    fill(array, SIZE, 1);
    free(announce(array));
    return 0;
}
