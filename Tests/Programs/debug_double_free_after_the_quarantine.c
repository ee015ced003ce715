// Proves that a second free is an error also when the block has left the quarantine, as long as nobody else got it.
// (Where its mapping is gone or another block lies there, nobody knows that there was one: either word.)
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: (double-free|invalid-free) on address {ADDRESS} \(
// report: ^ +#0 0x[0-9a-f]+ in second +.*{FILE}:{LINE:second free}$
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=64k
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=0
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_QUARANTINE=64k
// arguments: SIZE=61 SIZE=1000 SIZE=100000
#include "debug.h"
ARGUMENT(int, SIZE)

static NOINLINE void second(void *block) { free(hide(block)); }  // second free

int main(void) {
    void *neighbour = hide(malloc(SIZE)), *block = announce(malloc(SIZE));
    free(block);
    for (int i = 0; i < 2000; i++) free(hide(malloc(5000)));
    second(block);
    free(neighbour);
    return 0;
}
