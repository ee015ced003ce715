// Proves that a write of 500 bytes behind a block, over several others, is reported for a block it damaged, and that the
// report comes whole although the heap is full of wrong bytes.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \((16|19|28) bytes written, the first 0 bytes after the end of the {SIZE}-byte block at {BLOCK}, found by free\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-buffer-overflow
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=16 SIZE=61 SIZE=100
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    static char *blocks[100];
    for (int i = 0; i < 100; i++) blocks[i] = malloc(SIZE);  // allocation
    char *lowest = blocks[0];
    for (int i = 1; i < 100; i++)
        if (blocks[i] < lowest) lowest = blocks[i];
    tellAddress("block", lowest);
    fill(announce(lowest + SIZE), 500, 0x42);
    free(lowest);  // free
    return 0;
}
