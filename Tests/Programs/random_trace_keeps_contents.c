// Proves that long random traces of all functions keep every block's contents, with every number of class steps.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_CLASS_STEPS=1
// env: SWIFTMALLOC_CLASS_STEPS=2
// env: SWIFTMALLOC_CLASS_STEPS=4
// env: SWIFTMALLOC_CLASS_STEPS=8
// env: SWIFTMALLOC_OPTIONS=CLASS_STEPS=8,PURGE_DELAY=0
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    for (uint64_t seed = 1; seed <= 6; seed++) workout(seed, 15000);
    return 0;
}
