// Proves that realloc(p, 0) frees p and returns null, as glibc's does, for blocks of every kind of size.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include "check.h"

int main(void) {
    size_t sizes[] = {1, 100, 3000, 40000, 300000, 5000000}, before = 0;
    for (int round = 0; round < 2000; round++) {
        if (round == 100) before = resident();
        for (int i = 0; i < 6; i++) {
            char *block = malloc(sizes[i]);
            CHECK(block != NULL, "no block");
            block[0] = 1;
            CHECK(realloc(block, 0) == NULL, "realloc(p, 0) gave a block for size %zu", sizes[i]);
        }
    }
    CHECK(resident() < before + 16 * MIB, "grew by %zu: the blocks were not freed", resident() - before);
    return 0;
}
