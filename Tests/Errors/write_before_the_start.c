// Bytes before the start of a block are written.
// underflow-write: SIZE=24,OFFSET=1 SIZE=4096,OFFSET=1 SIZE=64,OFFSET=8 SIZE=64,OFFSET=60 SIZE=20000,OFFSET=8 SIZE=200000,OFFSET=1
#include "error.h"
#ifndef COUNT
#define COUNT 1
#endif

int main(void) {
    put(inRow(SIZE), -OFFSET, COUNT, 0x41);
    freeRow();
    return end();
}
