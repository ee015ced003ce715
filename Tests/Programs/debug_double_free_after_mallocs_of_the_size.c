// Proves that a freed block is not given out again soon, so that its second free is found after 10000 mallocs of its size.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\), thread "
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:first free}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=16 SIZE=100 SIZE=1000 SIZE=20000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    int count = SIZE > 10000 ? 500 : 10000;
    void *neighbour = hide(malloc(SIZE)), *block = announce(malloc(SIZE));
    free(block);  // first free
    for (int i = 0; i < count; i++) CHECK(hide(malloc(SIZE)) != block, "given out again at malloc %d", i);
    free(hide(block));
    free(neighbour);
    return 0;
}
