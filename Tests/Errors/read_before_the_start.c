// Bytes before the start of a block are read.
// underflow-read: SIZE=24,OFFSET=1 SIZE=64,OFFSET=8 SIZE=3000,OFFSET=60 SIZE=200000,OFFSET=1
#include "error.h"

int main(void) {
    get(inRow(SIZE), -OFFSET, 1);
    freeRow();
    return end();
}
