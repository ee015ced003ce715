// Proves that calloc gives null and ENOMEM when count times size overflows, wherever the product wraps to.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    size_t pairs[][2] = {{SIZE_MAX, 2}, {2, SIZE_MAX}, {SIZE_MAX, SIZE_MAX}, {(size_t)1 << 32, (size_t)1 << 32},
                         {((size_t)1 << 32) + 1, (size_t)1 << 32}, {SIZE_MAX / 2 + 1, 2}, {SIZE_MAX / 3 + 1, 3},
                         {SIZE_MAX / 16 + 2, 16}, {16, SIZE_MAX / 16 + 2}, {(size_t)1 << 63, 2}, {SIZE_MAX / 7 + 1, 7}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        errno = 0;
        void *block = calloc(pairs[i][0], pairs[i][1]);
        CHECK(block == NULL, "calloc(%zx, %zx) gave a block", pairs[i][0], pairs[i][1]);
        CHECK(errno == ENOMEM, "calloc(%zx, %zx)", pairs[i][0], pairs[i][1]);
    }
    return 0;
}
