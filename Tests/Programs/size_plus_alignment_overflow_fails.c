// Proves that an alignment and a size which only together pass the end of the address space give null and ENOMEM.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    for (int shift = 4; shift < 63; shift++) {
        size_t alignment = (size_t)1 << shift;
        size_t sizes[] = {SIZE_MAX - alignment, SIZE_MAX - alignment + 1, SIZE_MAX - alignment / 2, (size_t)PTRDIFF_MAX - alignment / 2,
                          (size_t)PTRDIFF_MAX - alignment + 1};
        for (int i = 0; i < 5; i++) {
            errno = 0;
            CHECK(memalign(alignment, sizes[i]) == NULL && errno == ENOMEM, "memalign(2^%d, %zx)", shift, sizes[i]);
            errno = 0;
            CHECK(aligned_alloc(alignment, sizes[i]) == NULL && errno == ENOMEM, "aligned_alloc(2^%d, %zx)", shift, sizes[i]);
        }
        if (shift < 48) continue;
        errno = 0;  // a small block at an alignment that no address has
        CHECK(memalign(alignment, 16) == NULL && errno == ENOMEM, "memalign(2^%d, 16)", shift);
    }
    return 0;
}
