// Another thread writes behind the end of main's block, or into a block that main freed.
// overflow-write: WHERE=behind
// freed-write: WHERE=freed
#include "error.h"

enum { behind = 200, freed = 100 };
static void *write_(void *block) {
    put(block, WHERE, 1, 0x41);
    return NULL;
}

int main(void) {
    void *block = inRow(200);
    if (WHERE == freed) free(block), row[4] = NULL;
    inThread(write_, block);
    freeRow();
    return end();
}
