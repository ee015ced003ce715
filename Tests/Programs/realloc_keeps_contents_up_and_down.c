// Proves that realloc keeps contents on a ladder of sizes, one step up, then one step down, with neighbours in the way.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_CLASS_STEPS=1
// env: SWIFTMALLOC_CLASS_STEPS=2
// env: SWIFTMALLOC_CLASS_STEPS=4
// env: SWIFTMALLOC_CLASS_STEPS=8
// also: DEBUG=1
#include "check.h"

int main(void) {
    unsigned char *block = malloc(1);
    size_t size = 1;
    block[0] = 0;
    while (size < 9 * MIB) {
        size_t next = size + size / 11 + 1;
        free(malloc(next));
        void *neighbour = malloc(size);
        block = realloc(block, next);
        CHECK(block && (uintptr_t)block % 16 == 0, "realloc to %zu", next);
        for (size_t at = 0; at < size; at += size / 1000 + 1)
            CHECK(block[at] == (unsigned char)(at * 7 >> 2), "growing to %zu lost the byte at %zu", next, at);
        for (size_t at = size; at < next; at++) block[at] = (unsigned char)(at * 7 >> 2);
        size = next;
        free(neighbour);
    }
    while (size > 1) {
        size_t next = size - size / 11 - 1;
        if (next == 0) next = 1;
        block = realloc(block, next);
        CHECK(block && (uintptr_t)block % 16 == 0, "realloc to %zu", next);
        for (size_t at = 0; at < next; at += next / 1000 + 1)
            CHECK(block[at] == (unsigned char)(at * 7 >> 2), "shrinking to %zu lost the byte at %zu", next, at);
        size = next;
    }
    free(block);
    return 0;
}
