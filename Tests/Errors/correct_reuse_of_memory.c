// Memory that was freed is given out again and used by its new pointer, which may be equal to the old one.
// correct: SIZE=32 SIZE=3000 SIZE=200000
#include "error.h"

int main(void) {
    for (int i = 0; i < 2000; i++) {
        void *block = hide(malloc(SIZE));
        put(block, 0, 16, 1), put(block, SIZE - 16, 16, 2);
        free(block);
        void *next = hide(calloc(1, SIZE));
        get(next, 0, SIZE), put(next, 0, 16, 3);
        free(next);
    }
    return end();
}
