// Proves that the report of an overflow shows the bytes that were written there, in brackets.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(5 bytes written, the first 2 bytes after the end of the 61-byte block at {BLOCK}, found by free\), thread "
// report: \[53\] *\[77\] *\[69\] *\[66\] *\[74\]
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=1
#include "debug.h"

int main(void) {
    char *block = tellAddress("block", malloc(61));
    memcpy(announce(block + 63), "Swift", 5);
    free(block);
    return 0;
}
