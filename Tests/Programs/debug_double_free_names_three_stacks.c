// Proves that a second free is reported with three stacks: who frees now, who freed first, who allocated; and a summary.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in second +.*{FILE}:{LINE:second free}$
// report: ^ +#1 0x[0-9a-f]+ in main +.*{FILE}:{LINE:calls second}$
// report: ^freed first by thread "[^"]+" \([0-9]+\):$
// report: ^ +#0 0x[0-9a-f]+ in first +.*{FILE}:{LINE:first free}$
// report: ^ +#1 0x[0-9a-f]+ in main +.*{FILE}:{LINE:calls first}$
// report: ^allocated by thread "[^"]+" \([0-9]+\):$
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// report: ^ +#1 0x[0-9a-f]+ in main +.*{FILE}:{LINE:calls make}$
// report: ^SUMMARY: swiftmalloc: double-free .*{FILE}:{LINE:second free} in second$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// env: SWIFTMALLOC_OPTIONS=DEBUG=1
// arguments: SIZE=1 SIZE=64 SIZE=1000 SIZE=100000 SIZE=3145728
#include "debug.h"
ARGUMENT(int, SIZE)

static NOINLINE void *make(void) { return hide(malloc(SIZE)); }  // allocation
static NOINLINE void first(void *block) { free(hide(block)); }   // first free
static NOINLINE void second(void *block) { free(hide(block)); }  // second free

int main(void) {
    void *block = make();  // calls make
    announce(block);
    first(block);   // calls first
    second(block);  // calls second
    return 0;
}
