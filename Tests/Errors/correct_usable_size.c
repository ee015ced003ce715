// A program uses all that malloc_usable_size says it may.
// correct:
#include "error.h"

int main(void) {
    for (size_t size = 1; size < 300000; size = size * 5 / 4 + 3) {
        void *block = hide(malloc(size));
        put(block, 0, malloc_usable_size(block), 1);
        block = hide(realloc(block, size + 20));
        put(block, 0, malloc_usable_size(block), 2);
        free(block);
    }
    return end();
}
