// Proves that a write before a block of no bytes is found at its free in guard mode.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-underflow on address 0x[0-9a-f]+ \(1 byte written, [0-9]+ bytes? before the 0-byte block at {BLOCK}, found by free\)
// env: SWIFTMALLOC_DEBUG=guard
// arguments: OFFSET=1 OFFSET=16
#include "debug.h"
ARGUMENT(int, OFFSET)

int main(void) {
    char *block = tellAddress("block", hide(malloc(0)));
    block[-OFFSET] = 1;
    free(hide(block));
    return 0;
}
