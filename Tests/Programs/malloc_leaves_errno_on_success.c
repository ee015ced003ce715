// Proves that the allocating functions touch errno only when they fail.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    static void *blocks[4000];
    size_t size = 1;
    for (int i = 0; i < 4000; i += 4) {
        errno = 3333;
        blocks[i] = malloc(size);
        blocks[i + 1] = calloc(3, size);
        blocks[i + 2] = realloc(malloc(size), size * 2);
        blocks[i + 3] = aligned_alloc(256, size);
        CHECK(errno == 3333, "errno changed at size %zu", size);
        CHECK(blocks[i] && blocks[i + 1] && blocks[i + 2] && blocks[i + 3], "size %zu", size);
        size += size / 60 + 1;
        if (size > MIB) size = 1;
    }
    for (int i = 0; i < 4000; i++) free(blocks[i]);
    CHECK(errno == 3333, "errno changed by free");
    return 0;
}
