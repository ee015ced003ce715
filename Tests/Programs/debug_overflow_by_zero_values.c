// Proves that zeros written behind the end are found as other values are: the bytes there are never zero.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \((1 byte written,|[348] bytes written, the first) 0 bytes after the end of the {SIZE}-byte block at {BLOCK}, found by free\), thread "
// env: SWIFTMALLOC_DEBUG=1
// variants: SIZE=1,TYPE=char SIZE=64,TYPE=char SIZE=61,TYPE=int SIZE=1000,TYPE=int SIZE=24,TYPE=long SIZE=4000,TYPE=long
#include "debug.h"

int main(void) {
    void *block = tellAddress("block", malloc(SIZE)), *behind = hide(malloc(SIZE));
    announce((char *)block + SIZE);
    TYPE *elements = hide(block);
    for (size_t i = 0; i <= SIZE / sizeof(TYPE); i++) elements[i] = 0;
    free(block);
    free(behind);
    return 0;
}
