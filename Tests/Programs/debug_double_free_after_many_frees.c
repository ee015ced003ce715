// Proves that a second free is found, with the first one's stack, after many other blocks of the size were freed.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\), thread "
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:first free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=24 SIZE=61 SIZE=4000 SIZE=100000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    int count = SIZE > 50000 ? 100 : 4000;
    static void *others[4000];
    for (int i = 0; i < count / 2; i++) others[i] = malloc(SIZE);
    void *block = announce(malloc(SIZE));  // allocation
    for (int i = count / 2; i < count; i++) others[i] = malloc(SIZE);
    free(block);  // first free
    for (int i = 0; i < count; i++) free(others[i]);
    free(hide(block));
    return 0;
}
