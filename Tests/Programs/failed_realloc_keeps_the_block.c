// Proves that a realloc that fails gives null and ENOMEM and leaves the block and its contents alone.
// expect: exit 0
// stderr-none
// arguments: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    char *block = malloc(SIZE);
    size_t usable = malloc_usable_size(block);
    fill(block, SIZE, 9);
    size_t sizes[] = {SIZE_MAX, PTRDIFF_MAX, (size_t)1 << 60, (size_t)1 << 48};
    for (int i = 0; i < 4; i++) {
        errno = 0;
        CHECK(realloc(block, sizes[i]) == NULL && errno == ENOMEM, "realloc to %zx", sizes[i]);
        CHECK(filled(block, SIZE, 9) && malloc_usable_size(block) == usable, "realloc to %zx changed the block", sizes[i]);
    }
    block = realloc(block, SIZE + 1);
    CHECK(block && filled(block, SIZE, 9), "realloc after a failed one");
    free(block);
    return 0;
}
