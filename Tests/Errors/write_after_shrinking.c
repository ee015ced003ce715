// realloc made the block smaller; the program writes at its old end.
// overflow-write: SIZE=400 SIZE=200000
#include "error.h"

int main(void) {
    inRow(SIZE);
    char *block = row[4] = hide(realloc(row[4], SIZE / 2));
    put(block, SIZE / 2, 1, 0x41);
    freeRow();
    return end();
}
