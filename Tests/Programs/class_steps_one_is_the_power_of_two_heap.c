// Proves that CLASS_STEPS=1 rounds every small size to a power of two, by either spelling, and that the single variable wins.
// expect: exit 0
// stderr-none
// production-only: in the debug heap the usable size is the asked one
// env: SWIFTMALLOC_CLASS_STEPS=1
// env: SWIFTMALLOC_OPTIONS=CLASS_STEPS=1
// env: SWIFTMALLOC_OPTIONS=PURGE_DELAY=100,CLASS_STEPS=1,HUGE_PAGES=never
// env: SWIFTMALLOC_OPTIONS=CLASS_STEPS=8 SWIFTMALLOC_CLASS_STEPS=1
// env: SWIFTMALLOC_CLASS_STEPS=1 SWIFTMALLOC_OPTIONS=CLASS_STEPS=4
// also: LIVE=1
#include "check.h"

int main(void) {
    for (size_t size = 1; size <= 16384; size++) {
        size_t rounded = 16;
        while (rounded < size) rounded *= 2;
        void *block = malloc(size);
        CHECK(malloc_usable_size(block) == rounded, "malloc(%zu) has %zu bytes", size, malloc_usable_size(block));
        free(block);
    }
    return 0;
}
