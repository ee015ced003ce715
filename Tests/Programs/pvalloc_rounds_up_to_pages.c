// Proves that pvalloc gives page-aligned blocks whose size is rounded up to whole pages and wholly writable.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t sizes[] = {1, 100, page - 1, page, page + 1, 3 * page, 3 * page + 1, 100 * page - 5, 2 * MIB + 1};
    for (int i = 0; i < 9; i++) {
        size_t rounded = (sizes[i] + page - 1) / page * page;
        char *block = pvalloc(sizes[i]), *next = pvalloc(sizes[i]);
        CHECK(block && next && (uintptr_t)block % page == 0, "pvalloc(%zu) is %p", sizes[i], (void *)block);
        CHECK(malloc_usable_size(block) >= rounded, "pvalloc(%zu) has %zu bytes", sizes[i], malloc_usable_size(block));
        fill(block, rounded, 3), fill(next, rounded, 4);
        CHECK(filled(block, rounded, 3) && filled(next, rounded, 4), "pvalloc(%zu): blocks overlap", sizes[i]);
        free(block), free(next);
    }
    void *nothing = pvalloc(0);
    CHECK(nothing && (uintptr_t)nothing % page == 0, "pvalloc(0) is %p", nothing);
    free(nothing);
    return 0;
}
