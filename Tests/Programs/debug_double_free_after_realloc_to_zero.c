// Proves that after realloc(p, 0), which frees, a free is a double free whose first free is realloc's call.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\), thread "
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:realloc}$
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=13 SIZE=1000 SIZE=100000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    void *block = announce(malloc(SIZE));
    CHECK(realloc(block, 0) == NULL, "realloc(p, 0) gave a block");  // realloc
    free(hide(block));
    return 0;
}
