// Proves that a second free of the block of malloc(0) is reported as one of a 0-byte block.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(0-byte block\), thread "
// report: ^freed first by thread "
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
#include "debug.h"

int main(void) {
    void *block = announce(malloc(0));
    free(block);
    free(hide(block));
    return 0;
}
