// Proves that an empty SWIFTMALLOC_OPTIONS is the same as none: not a word.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_OPTIONS=
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    workout(1, 2000);
    return 0;
}
