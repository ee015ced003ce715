// Proves that with FRAMES=0 a fault in guard mode has the same first line and no frame.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(a read, 0 bytes after the end of the 64-byte block at {BLOCK}\), thread "[^"]+" \([0-9]+\)$
// report: ^==[0-9]+==ERROR
// report-not: ^ +#[0-9]
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_FRAMES=0
#include "debug.h"

int main(void) {
    volatile char *block = tellAddress("block", malloc(64));
    return *(volatile char *)announce((char *)block + 64) == 1;
}
