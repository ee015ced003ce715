// Proves that reallocarray resizes as realloc does and, as glibc's, frees for a product of zero.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include "check.h"

int main(void) {
    for (size_t count = 1; count < 100000; count = count * 2 + 1) {
        char *block = reallocarray(NULL, count, 7);
        CHECK(block && malloc_usable_size(block) >= count * 7, "count %zu", count);
        fill(block, count * 7, 8);
        block = reallocarray(block, count * 2, 7);
        CHECK(block && filled(block, count * 7, 8) && malloc_usable_size(block) >= count * 14, "count %zu", count * 2);
        // As realloc to a size of 0: realloc_zero_does_as_the_c_library.
#ifdef __GLIBC__
        CHECK(reallocarray(block, 0, 7) == NULL, "product of zero gave a block");
#else
        free(reallocarray(block, 0, 7));
#endif
    }
    return 0;
}
