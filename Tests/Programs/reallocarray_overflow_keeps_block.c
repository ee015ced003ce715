// Proves that reallocarray gives null and ENOMEM when the product overflows, and that the block stays as it was.
// expect: exit 0
// stderr-none
// arguments: SIZE=32 SIZE=3000 SIZE=200000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    char *block = malloc(SIZE);
    fill(block, SIZE, 6);
    size_t pairs[][2] = {{SIZE_MAX, 2}, {2, SIZE_MAX}, {(size_t)1 << 32, (size_t)1 << 32}, {SIZE_MAX / 3 + 1, 3}, {SIZE_MAX / 16 + 2, 16}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        errno = 0;
        CHECK(reallocarray(block, pairs[i][0], pairs[i][1]) == NULL, "(%zx, %zx) gave a block", pairs[i][0], pairs[i][1]);
        CHECK(errno == ENOMEM, "(%zx, %zx)", pairs[i][0], pairs[i][1]);
        CHECK(filled(block, SIZE, 6), "(%zx, %zx) changed the block", pairs[i][0], pairs[i][1]);
    }
    free(block);
    return 0;
}
