// Proves that a write into a freed block is found, at the latest, when all blocks around it are freed too.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(1 byte written, 9 bytes inside the freed {SIZE}-byte block at {BLOCK}, found by quarantine\), thread "
// report: ^freed by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=24 SIZE=64 SIZE=100 SIZE=1000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    static char *blocks[10000];
    for (int i = 0; i < 10000; i++) blocks[i] = malloc(SIZE);  // allocation
    char *block = tellAddress("block", blocks[5000]);
    free(block);  // free
    *(char *)announce(block + 9) = 0x42;
    for (int i = 0; i < 10000; i++)
        if (i != 5000) free(blocks[i]);
    _exit(1);  // without a look at what is left
}
