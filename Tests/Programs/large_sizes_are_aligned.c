// Proves that sizes from 70000 bytes to 256 MiB come 16-byte aligned and writable at both ends.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include "check.h"

int main(void) {
    for (size_t size = 70001; size < 256 * MIB; size += size / 37 + 1) {
        char *block = malloc(size), *other = malloc(size + 1);
        CHECK(block && other, "malloc(%zu)", size);
        CHECK((uintptr_t)block % 16 == 0 && (uintptr_t)other % 16 == 0, "%zu: %p %p", size, (void *)block, (void *)other);
        block[0] = 1, block[size - 1] = 2, other[0] = 3, other[size] = 4;
        CHECK(block[0] == 1 && block[size - 1] == 2 && other[0] == 3 && other[size] == 4, "%zu: blocks overlap", size);
        free(block);
        free(other);
    }
    return 0;
}
