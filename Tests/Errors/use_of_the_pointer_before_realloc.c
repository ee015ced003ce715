// realloc moved the block; the old pointer is used.
// freed-write: SIZE=32,ACCESS=put SIZE=200000,ACCESS=put
// freed-read: SIZE=32,ACCESS=get SIZE=200000,ACCESS=get
#include "error.h"
#define put(block) put(block, 16, 1, 0x41)
#define get(block) get(block, 16, 1)

int main(void) {
    void *block = inRow(SIZE), *moved = hide(realloc(block, SIZE * 3));
    row[rowLength / 2] = moved;
    if (moved != block) ACCESS(block);
    freeRow();
    return end();
}
