// Proves that with FRAMES=0 an overflow has the same first line and no frame.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the 61-byte block at {BLOCK}, found by (free|exit)\)(, thread |$)
// report: ^==[0-9]+==ERROR
// report-not: ^ +#[0-9]
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=0
// arguments: FREES=1 FREES=0
#include "debug.h"
ARGUMENT(int, FREES)

int main(void) {
    static char *block;
    block = tellAddress("block", malloc(61));
    *(char *)announce(block + 61) = 1;
    if (FREES) free(block);
    return 0;
}
