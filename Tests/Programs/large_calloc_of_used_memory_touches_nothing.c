// Proves that calloc makes no page resident that nobody touched, also where it reuses a freed large block; and that all of it
// is zero.
// expect: exit 0
// stderr-none
// production-only: a debugging heap keeps freed memory from reuse
#include "check.h"

int main(void) {
    size_t size = 64 * MIB + 12345;
    for (int round = 0; round < 3; round++) {
        char *block = hide(malloc(size));
        for (size_t at = 0; at < size; at += MIB) fill(block + at, 4000, 0xee);
        uintptr_t address = (uintptr_t)block;
        free(block);
        size_t before = resident();
        char *next = hide(calloc(size, 1));
        CHECK((uintptr_t)next == address, "the block was not reused");
        CHECK(resident() < before + 2 * MIB, "resident memory grew by %zu", resident() - before);
        CHECK(filled(next, malloc_usable_size(next), 0), "not zero");
        free(next);
    }
    return 0;
}
