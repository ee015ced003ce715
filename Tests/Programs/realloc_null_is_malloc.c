// Proves that realloc(NULL, n) is malloc(n), also for n = 0.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include "check.h"

int main(void) {
    size_t sizes[] = {0, 1, 16, 17, 1000, 5000, 70000, 1000000};
    for (int i = 0; i < 8; i++) {
        void *block = realloc(hide(NULL), sizes[i]), *other = reallocarray(hide(NULL), sizes[i], 1);
        CHECK(block && other && block != other, "realloc(NULL, %zu)", sizes[i]);
        CHECK(malloc_usable_size(block) >= sizes[i] && malloc_usable_size(other) >= sizes[i], "%zu: too small", sizes[i]);
        fill(block, sizes[i], 1), fill(other, sizes[i], 2);
        CHECK(filled(block, sizes[i], 1), "%zu: blocks overlap", sizes[i]);
        free(block), free(other);
    }
    return 0;
}
