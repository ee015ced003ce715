// Proves that an address on the main thread's stack is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// arguments: SIZE=32 SIZE=3000 SIZE=200000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    char array[SIZE] __attribute__((aligned(16)));
    fill(array, SIZE, 1);
    free(announce(array));
    return 0;
}
