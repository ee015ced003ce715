// Memory without an end of text, read by functions that are told its size; copies cut to fit.
// correct:
#include "error.h"

int main(void) {
    for (size_t size = 1; size < 200; size++) {
        char *block = hide(malloc(size)), *copy = hide(malloc(size));
        memset(block, 'x', size);
        if (strnlen(block, size) != size || memchr(block, 0, size) || strncmp(block, block, size)) return 1;
        strncpy(copy, block, size);
        if (snprintf(copy, size, "%.*s", (int)size, block) != (int)size) return 1;
        char *part = hide(strndup(block, size));
        free(part), free(block), free(copy);
    }
    return end();
}
