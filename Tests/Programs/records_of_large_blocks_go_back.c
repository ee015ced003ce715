// Proves that what the heap notes of addresses goes back with them: 64 bytes for each 64 KiB, a mebibyte for each gibibyte
// that large blocks used once. A second free of such a block is known as one all the same.
// expect: exit 0
// production-only: the debug heap keeps freed addresses
#include "check.h"

enum { COUNT = 24 };

int main(void) {
    free(hide(malloc(400 * MIB)));
    malloc_trim(0);
    size_t before = resident();
    for (int round = 0; round < 2; round++) {
        char *blocks[COUNT];
        for (int i = 0; i < COUNT; i++) CHECK(blocks[i] = malloc(400 * MIB), "no addresses");
        for (int i = 0; i < COUNT; i++) free(blocks[i]);
        malloc_trim(0);
        CHECK(resident() < before + 2 * MIB, "%zu bytes of records stay resident", resident() - before);
    }
    return 0;
}
