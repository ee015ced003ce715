// Proves that with ON_ERROR=continue the report of one error does not hide another one: what it allocates and frees beside the
// program's blocks, for files and lines, does not mend the damage, which is found at the exit.
// expect: exit 0
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address
// report: ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the {SIZE}-byte block at 0x[0-9a-f]+, found by exit\)
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 2 errors, 2 distinct$
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// arguments: SIZE=16 SIZE=32 SIZE=64 SIZE=112 SIZE=500
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    char *other = hide(malloc(3));
    char *block = hide(malloc(SIZE));
    announce(block + SIZE);
    *(volatile char *)(block + SIZE) = 1;
    free(other);
    free(hide(other));
    return 0;
}
