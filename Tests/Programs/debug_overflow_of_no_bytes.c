// Proves that a write into the block of malloc(0) is found.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the 0-byte block at {ADDRESS}, found by {BY}\)(, thread |$)
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: BY=free,FREES=1 BY=exit,FREES=0
#include "debug.h"
ARGUMENT(int, FREES)

int main(void) {
    char *block = announce(malloc(0));  // allocation
    *block = 1;
    if (FREES) free(block);
    return 0;
}
