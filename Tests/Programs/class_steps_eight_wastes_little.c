// Proves that CLASS_STEPS=8 wastes at most an eighth (and 15 bytes) on every small size, and that the single variable wins.
// expect: exit 0
// stderr-none
// production-only: in the debug heap the usable size is the asked one
// env: SWIFTMALLOC_CLASS_STEPS=8
// env: SWIFTMALLOC_OPTIONS=CLASS_STEPS=8
// env: SWIFTMALLOC_OPTIONS=CLASS_STEPS=1 SWIFTMALLOC_CLASS_STEPS=8
// also: LIVE=1
#include "check.h"

int main(void) {
    for (size_t size = 1; size <= 16384; size++) {
        void *block = malloc(size);
        size_t usable = malloc_usable_size(block);
        CHECK(usable <= size + size / 8 + 15, "malloc(%zu) has %zu bytes", size, usable);
        free(block);
    }
    return 0;
}
