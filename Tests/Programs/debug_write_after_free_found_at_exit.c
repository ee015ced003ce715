// Proves that a write into a block that is still in quarantine is found when the program ends.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(1 byte written, {AT} bytes? inside the freed {SIZE}-byte block at {BLOCK}, found by exit\)(, thread |$)
// report: ^freed by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=1,AT=0 SIZE=24,AT=20 SIZE=61,AT=60 SIZE=100,AT=0 SIZE=1000,AT=999 SIZE=10000,AT=5000
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, AT)

int main(void) {
    char *block = tellAddress("block", malloc(SIZE));  // allocation
    free(block);                                       // free
    *(char *)announce(block + AT) = 0;
    return 0;
}
