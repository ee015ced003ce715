// Blocks of no size: each is unique, may be freed and may grow.
// correct:
#include "error.h"

int main(void) {
    static void *blocks[200];
    for (int i = 0; i < 200; i++) {
        blocks[i] = hide(i % 2 ? malloc(0) : calloc(0, 10));
        for (int k = 0; k < i; k++)
            if (blocks[k] == blocks[i]) return 1;
    }
    for (int i = 0; i < 200; i++) {
        if (i % 3 == 0) put(blocks[i] = hide(realloc(blocks[i], 70)), 0, 70, 1);
        free(blocks[i]);
    }
    return end();
}
