// Every byte of blocks of every size is written and read, the first and the last too, and nothing beside.
// correct: STEP=1,LIMIT=5000 STEP=997,LIMIT=300000
#include "error.h"

int main(void) {
    for (size_t size = 0; size < LIMIT; size += STEP) {
        unsigned char *block = hide(malloc(size));
        put(block, 0, size, (int)size);
        get(block, 0, size);
        free(block);
    }
    return end();
}
