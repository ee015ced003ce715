// Proves that a write into a freed block is found when the block leaves the quarantine, with who freed and who allocated it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(1 byte written, {AT} bytes? inside the freed {SIZE}-byte block at {BLOCK}, found by quarantine\), thread "[^"]+" \([0-9]+\)$
// report: ^freed by thread "
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-use-after-free
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=64k
// arguments: SIZE=13,AT=0 SIZE=24,AT=23 SIZE=61,AT=7 SIZE=64,AT=8 SIZE=100,AT=99 SIZE=1000,AT=500 SIZE=4000,AT=3999 SIZE=10000,AT=1
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, AT)

static NOINLINE void *make(void) { return hide(malloc(SIZE)); }   // allocation
static NOINLINE void release(void *block) { free(hide(block)); }  // free

int main(void) {
    for (int i = 0; i < 1000; i++) make();  // live: so that the block's bucket is not emptied
    char *block = tellAddress("block", make());
    for (int i = 0; i < 1000; i++) make();
    release(block);
    *(char *)announce(block + AT) = 0x42;
    for (int i = 0; i < 20000; i++) {  // one in ten stays: no bucket of these is emptied either
        void *other = malloc(i % 2 ? SIZE : 700);
        if (i % 10) free(hide(other));
    }
    _exit(1);  // without a look at what is left
}
