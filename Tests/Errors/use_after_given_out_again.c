// A block of the same size was allocated since the free: often it has the memory that is used here.
// freed-write: SIZE=32,ACCESS=put SIZE=3000,ACCESS=put
// freed-read: SIZE=32,ACCESS=get SIZE=200000,ACCESS=get
#include "error.h"
#define put(block) put(block, 8, 8, 0x41)
#define get(block) get(block, 8, 8)

int main(void) {
    void *block = hide(malloc(SIZE));
    free(block);
    void *next = calloc(1, SIZE);
    ACCESS(block);
    free(hide(next));
    return end();
}
