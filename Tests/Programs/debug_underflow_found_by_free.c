// Proves that a write of one element before the first is found when the block is freed: chars, ints and longs, all sizes.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-underflow on address 0x[0-9a-f]+ \((1 byte written,|[48] bytes written, the last) 1 byte before the {SIZE}-byte block at {BLOCK}, found by free\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-buffer-underflow .*{FILE}:{LINE:free} in release$
// env: SWIFTMALLOC_DEBUG=1
// variants: SIZE=1,TYPE=char SIZE=13,TYPE=char SIZE=16,TYPE=char SIZE=24,TYPE=char SIZE=61,TYPE=char SIZE=64,TYPE=char
// variants: SIZE=100,TYPE=char SIZE=1000,TYPE=char SIZE=4000,TYPE=char SIZE=10000,TYPE=char SIZE=13,TYPE=int SIZE=61,TYPE=int
// variants: SIZE=1000,TYPE=int SIZE=24,TYPE=long SIZE=64,TYPE=long SIZE=4000,TYPE=long
#include "debug.h"

static NOINLINE void *make(void) { return hide(malloc(SIZE)); }   // allocation
static NOINLINE void release(void *block) { free(hide(block)); }  // free

int main(void) {
    void *before = make(), *block = tellAddress("block", make()), *behind = make();
    TYPE *elements = hide(block);
    elements[-1] = (TYPE)0x4242424242424242;
    release(block);
    release(before), release(behind);
    return 0;
}
