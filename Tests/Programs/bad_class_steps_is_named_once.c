// Proves that a number of class steps we have not is named once on stderr and the default is used.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*CLASS_STEPS
// stderr-count: 1
// env: SWIFTMALLOC_CLASS_STEPS=3
// env: SWIFTMALLOC_CLASS_STEPS=0
// env: SWIFTMALLOC_CLASS_STEPS=16
// env: SWIFTMALLOC_CLASS_STEPS=four
// env: SWIFTMALLOC_OPTIONS=CLASS_STEPS=3
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    workout(1, 2000);
    return 0;
}
