// A freed block is written, at once or after other work.
// freed-write: SIZE=32 SIZE=3000,OFFSET=1500 SIZE=20000,OFFSET=10000 SIZE=200000 SIZE=3000,OPERATIONS=1000 SIZE=200,OPERATIONS=100000 SIZE=32,OFFSET=16,LATER=100000
#include "error.h"
#ifndef OFFSET
#define OFFSET 0
#endif
#ifndef OPERATIONS
#define OPERATIONS 0
#endif
#ifndef LATER
#define LATER 0
#endif

int main(void) {
    void *block = inRow(SIZE);
    free(block), row[rowLength / 2] = NULL;
    work(OPERATIONS);
    put(block, OFFSET, 1, 0x41);
    work(LATER);
    freeRow();
    return end();
}
