// Proves that a second free is found for the block of malloc(0).
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}( \([0-9]+-byte block\))?(,|$)
// also: DEBUG=1
#include "check.h"

int main(void) {
    void *block = announce(malloc(0));
    free(block);
    free(hide(block));
    return 0;
}
