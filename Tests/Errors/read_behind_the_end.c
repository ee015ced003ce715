// Bytes behind the end of a block are read.
// overflow-read: SIZE=24 SIZE=64 SIZE=200000 SIZE=196608 SIZE=64,COUNT=200 SIZE=64,SKIP=100
#include "error.h"
#ifndef COUNT
#define COUNT 1
#endif
#ifndef SKIP
#define SKIP 0
#endif

int main(void) {
    get(inRow(SIZE), SIZE + SKIP, COUNT);
    freeRow();
    return end();
}
