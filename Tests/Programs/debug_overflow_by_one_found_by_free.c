// Proves that a write of one element behind the last is found when the block is freed: chars, ints and longs, all sizes.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \((1 byte written,|[348] bytes written, the first) 0 bytes after the end of the {SIZE}-byte block at {BLOCK}, found by free\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: heap-buffer-overflow .*{FILE}:{LINE:free} in release$
// env: SWIFTMALLOC_DEBUG=1
// variants: SIZE=1,TYPE=char SIZE=13,TYPE=char SIZE=16,TYPE=char SIZE=24,TYPE=char SIZE=61,TYPE=char SIZE=64,TYPE=char
// variants: SIZE=100,TYPE=char SIZE=1000,TYPE=char SIZE=4000,TYPE=char SIZE=10000,TYPE=char SIZE=1,TYPE=int SIZE=13,TYPE=int
// variants: SIZE=64,TYPE=int SIZE=1000,TYPE=int SIZE=16,TYPE=long SIZE=24,TYPE=long SIZE=61,TYPE=long SIZE=4000,TYPE=long
#include "debug.h"

static NOINLINE void *make(void) { return hide(malloc(SIZE)); }   // allocation
static NOINLINE void release(void *block) { free(hide(block)); }  // free

int main(void) {
    void *before = make(), *block = tellAddress("block", make()), *behind = make();
    announce((char *)block + SIZE);
    TYPE *elements = hide(block);
    for (size_t i = 0; i <= SIZE / sizeof(TYPE); i++) elements[i] = (TYPE)0x4242424242424242;
    release(block);
    release(before), release(behind);
    return 0;
}
