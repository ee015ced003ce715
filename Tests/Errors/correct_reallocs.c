// Blocks grow and shrink; the program uses the address and the size that realloc gave.
// correct:
#include "error.h"

int main(void) {
    unsigned random = 7;
    size_t size = 1;
    unsigned char *block = malloc(1);
    *block = 9;
    for (int i = 0; i < 3000; i++) {
        random = random * 1103515245 + 12345;
        size_t next = 1 + random / 65536 % (i % 50 ? 2000 : 200000);
        block = hide(realloc(block, next));
        if (block[0] != 9 || (next > size && size > 1 && block[size - 1] != (unsigned char)size)) return 1;
        size = next;
        if (size > 1) memset(block + 1, 0, size - 1), block[size - 1] = (unsigned char)size;
    }
    free(block);
    void *nothing = realloc(NULL, 20);
    if (realloc(hide(nothing), 0) != NULL) return 1;
    return end();
}
