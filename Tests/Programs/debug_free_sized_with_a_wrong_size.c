// Proves that free_sized with another size than was asked for is reported, be it in the same size class.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: size-mismatch on address {ADDRESS} \({SIZE}-byte block freed with size {GIVEN}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:
// report: ^SUMMARY: swiftmalloc: size-mismatch .*{FILE}:{LINE:free} in main$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=64,GIVEN=32,HOW=0 SIZE=64,GIVEN=63,HOW=1 SIZE=61,GIVEN=64,HOW=2 SIZE=1000,GIVEN=0,HOW=0 SIZE=0,GIVEN=1,HOW=0
// arguments: SIZE=100000,GIVEN=100001,HOW=1 SIZE=3145728,GIVEN=64,HOW=0 SIZE=64,GIVEN=9223372036854775807,HOW=0
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(size_t, GIVEN)
ARGUMENT(int, HOW)

static NOINLINE void *make(void) {
    if (HOW == 0) return hide(malloc(SIZE));
    if (HOW == 1) return hide(calloc(1, SIZE));
    return hide(realloc(malloc(GIVEN), SIZE));  // GIVEN is the size before
}

int main(void) {
    void *block = announce(make());
    freeSized(block, (size_t)GIVEN);  // free
    return 0;
}
