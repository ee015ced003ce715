// Bytes behind the end of a block are written; then all blocks are freed.
// overflow-write: SIZE=8 SIZE=24 SIZE=61 SIZE=64 SIZE=3000 SIZE=16000 SIZE=100000 SIZE=1000000 SIZE=24,VALUE=0 SIZE=64,COUNT=40 SIZE=40,SKIP=8 SIZE=40,SKIP=24 SIZE=40,SKIP=100
#include "error.h"
#ifndef VALUE
#define VALUE 0x41
#endif
#ifndef COUNT
#define COUNT 1
#endif
#ifndef SKIP
#define SKIP 0
#endif

int main(void) {
    void *block = inRow(SIZE);
    put(block, SIZE + SKIP, COUNT, VALUE);
    freeRow();
    return end();
}
