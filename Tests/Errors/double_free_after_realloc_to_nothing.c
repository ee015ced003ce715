// realloc(block, 0) has freed the block; the program frees it again.
// double-free:
#include "error.h"

int main(void) {
    void *block = hide(malloc(100)), *rest = realloc(block, 0);
    if (rest == NULL) free(hide(block));
    return end();
}
