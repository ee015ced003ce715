// Proves that empty items in SWIFTMALLOC_OPTIONS are passed over and the others are in force.
// expect: exit 0
// production-only: in the debug heap the usable size is the asked one
// env: SWIFTMALLOC_OPTIONS=,,CLASS_STEPS=1,,
// env: SWIFTMALLOC_OPTIONS=,CLASS_STEPS=1
// env: SWIFTMALLOC_OPTIONS=CLASS_STEPS=1,,,PURGE_DELAY=10,
// also: LIVE=1
#include "workout.h"

int main(void) {
    void *block = malloc(1100);
    CHECK(malloc_usable_size(block) == 2048, "CLASS_STEPS=1 is not in force: %zu", malloc_usable_size(block));
    free(block);
    workout(1, 2000);
    return 0;
}
