// Proves that every size from 0 to 70000 bytes comes 16-byte aligned, from malloc, calloc and realloc, in disorder too.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    void *recent[64] = {0};
    for (size_t size = 0; size <= 70000; size++) {
        void *fromMalloc = malloc(size), *fromCalloc = calloc(1, size), *fromRealloc = realloc(NULL, size);
        CHECK(fromMalloc && (uintptr_t)fromMalloc % 16 == 0, "malloc(%zu) is %p", size, fromMalloc);
        CHECK(fromCalloc && (uintptr_t)fromCalloc % 16 == 0, "calloc(1, %zu) is %p", size, fromCalloc);
        CHECK(fromRealloc && (uintptr_t)fromRealloc % 16 == 0, "realloc(NULL, %zu) is %p", size, fromRealloc);
        free(fromCalloc);
        fromRealloc = realloc(fromRealloc, size + 1 + size / 3);
        CHECK(fromRealloc && (uintptr_t)fromRealloc % 16 == 0, "realloc to %zu is %p", size + 1 + size / 3, fromRealloc);
        free(fromRealloc);
        free(recent[size % 64]);
        recent[size % 64] = fromMalloc;
    }
    for (int at = 0; at < 64; at++) free(recent[at]);
    return 0;
}
