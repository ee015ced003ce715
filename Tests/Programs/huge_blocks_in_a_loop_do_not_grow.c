// Proves that blocks of 1 to 64 MiB, made and freed in a loop in changing sizes and pairs, leave memory where it was.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// also: LIVE=1
#include "check.h"

int main(void) {
    size_t before = resident(), beforeVirtual = virtualSize();
    for (size_t i = 0; i < 2000; i++) {
        size_t size = (1 + i * 37 % 64) * MIB + i * 777;
        char *block = malloc(size), *other = malloc(size / 3);
        CHECK(block && other, "size %zu", size);
        for (size_t at = 0; at < size; at += 200000) block[at] = 1;
        other[0] = block[size - 1] = 1;
        free(block), free(other);
    }
    CHECK(resident() < before + 96 * MIB, "resident memory grew by %zu", resident() - before);
    CHECK(virtualSize() < beforeVirtual + 2048 * MIB, "virtual memory grew by %zu", virtualSize() - beforeVirtual);
    return 0;
}
